using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>Reads text of some form.</summary>
/// <param name="fault">What is wrong, or null where only the form is; only looked at where the answer is false.</param>
internal delegate bool FormReader<T>(string text, [MaybeNullWhen(false)] out T value, out string? fault);

/// <summary>A string with a form of its own: a duration, a size, an address.</summary>
internal sealed class FormType<T>(string label, string expected, FormReader<T> read, Func<T, string> write, string? pattern = null) : ConfigType<T>
{
    public override string Expected => expected;

    public override string Label => label;

    public override bool Accepts(TomlValue value) => value is TomlString;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out T result)
    {
        if (value is not TomlString text)
        {
            result = default;
            // A number may lack more than its quotes: a unit, above all.
            var help = Hints.TextOf(value) is { } plain && !read(plain, out _, out var missing) ? missing : Hints.QuoteIt(value);
            binding.Mismatch(value, path, Expected, help);
            return false;
        }

        if (read(text.Value, out result, out var fault))
        {
            return true;
        }

        binding.Mismatch(value, path, Expected, fault);
        return false;
    }

    public override JsonObject Schema() => SchemaText.Of(pattern);

    public override JsonNode? Show(T value, Showing showing) => JsonValue.Create(write(value));
}
