using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>A plain number of bytes.</summary>
internal sealed class BytesType(long minimum, long maximum, string expected) : ConfigType<long>
{
    public override string Expected => expected;

    public override string Label => "bytes";

    public override bool Accepts(TomlValue value) => value is TomlInteger;

    public override bool TryRead(TomlValue value, string path, Binding binding, out long result)
    {
        result = (value as TomlInteger)?.Value ?? -1;
        if (result >= minimum && result <= maximum)
        {
            return true;
        }

        binding.Mismatch(value, path, Expected);
        return false;
    }

    public override JsonObject Schema() => new() { ["type"] = "integer", ["minimum"] = minimum, ["maximum"] = maximum };

    public override JsonNode? Show(long value, Showing showing) => JsonValue.Create(value);
}
