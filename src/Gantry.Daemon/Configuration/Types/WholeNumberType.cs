using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>An integer that is an identifier, such as a user's or a port's, and becomes text.</summary>
internal sealed class WholeNumberType : ConfigType<Template>
{
    public override string Expected => "an integer that is not negative";

    public override bool Accepts(TomlValue value) => value is TomlInteger;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out Template result)
    {
        if (value is TomlInteger { Value: >= 0 } number)
        {
            result = Template.Literal(number.Value.ToString(CultureInfo.InvariantCulture));
            return true;
        }

        result = null;
        binding.Mismatch(value, path, Expected);
        return false;
    }

    public override JsonObject Schema() => new() { ["type"] = "integer", ["minimum"] = 0 };

    public override JsonNode? Show(Template value, Showing showing) => null;
}
