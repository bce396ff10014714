using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Daemon.Configuration.Types;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Interpolation;

/// <summary>Text that may refer to variables, services, secrets and the workspace.</summary>
internal sealed class TemplateType(string label = "string", bool allowEmpty = false) : ConfigType<Template>
{
    public override string Expected => allowEmpty ? "a string" : "a string that is not empty";

    public override string Label => label;

    public override bool Accepts(TomlValue value) => value is TomlString;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out Template result)
    {
        result = null;
        if (value is not TomlString text)
        {
            binding.Mismatch(value, path, Expected, Hints.QuoteIt(value));
            return false;
        }

        if (text.Value.Length == 0 && !allowEmpty)
        {
            binding.Mismatch(value, path, Expected);
            return false;
        }

        if (text.Value.Contains('\0', StringComparison.Ordinal))
        {
            binding.Diagnostics.Error(binding.Place(value.Span), $"{path}: U+0000 cannot be handed to a program");
            return false;
        }

        result = TemplateParser.Parse(text.Value, index => binding.PlaceOfReference(text, index), binding.Diagnostics);
        return result is not null;
    }

    public override JsonObject Schema() => allowEmpty
        ? new JsonObject { ["type"] = "string" }
        : new JsonObject { ["type"] = "string", ["minLength"] = 1 };

    public override JsonNode? Show(Template value, Showing showing) => JsonValue.Create(showing.Fill(value));
}

/// <summary>A number or a boolean where text is wanted: it becomes the text that it is written as.</summary>
internal sealed class LiteralScalarType : ConfigType<Template>
{
    public override string Expected => "a string, a number or a boolean";

    public override bool Accepts(TomlValue value) => value is TomlInteger or TomlFloat or TomlBoolean;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out Template result)
    {
        result = value switch
        {
            TomlInteger number => Template.Literal(number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            TomlFloat number => Template.Literal(binding.Written(number)),
            TomlBoolean flag => Template.Literal(flag.Value ? "true" : "false"),
            _ => null,
        };
        if (result is null)
        {
            binding.Mismatch(value, path, Expected, Hints.QuoteIt(value));
        }

        return result is not null;
    }

    public override JsonObject Schema() => new() { ["type"] = new JsonArray("number", "boolean") };

    public override JsonNode? Show(Template value, Showing showing) => null;
}
