using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>Text without references.</summary>
/// <param name="pattern">For editors: whoever knows what the text is for checks it, and says what is wrong with it.</param>
internal sealed class TextType(string? pattern = null) : ConfigType<string>
{
    public override string Expected => "a string";

    public override string Label => "string";

    public override bool Accepts(TomlValue value) => value is TomlString;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out string result)
    {
        result = (value as TomlString)?.Value;
        if (result is null)
        {
            binding.Mismatch(value, path, Expected, Hints.QuoteIt(value));
        }

        return result is not null;
    }

    public override JsonObject Schema() => SchemaText.Of(pattern);

    public override JsonNode? Show(string value, Showing showing) => JsonValue.Create(value);
}

internal sealed class IntegerType(int minimum, int maximum, string noun = "an integer") : ConfigType<int>
{
    public override string Expected => string.Create(CultureInfo.InvariantCulture, $"{noun} from {minimum} to {maximum}");

    public override string Label => string.Create(CultureInfo.InvariantCulture, $"integer {minimum}–{maximum}");

    public override bool Accepts(TomlValue value) => value is TomlInteger;

    public override bool TryRead(TomlValue value, string path, Binding binding, out int result)
    {
        if (value is TomlInteger number && number.Value >= minimum && number.Value <= maximum)
        {
            result = (int)number.Value;
            return true;
        }

        result = 0;
        binding.Mismatch(value, path, Expected, Hints.UnquoteNumber(value));
        return false;
    }

    public override JsonObject Schema() => new() { ["type"] = "integer", ["minimum"] = minimum, ["maximum"] = maximum };

    public override JsonNode? Show(int value, Showing showing) => JsonValue.Create(value);
}

/// <summary>A number, with or without a fraction.</summary>
internal sealed class NumberType(double minimum, double maximum) : ConfigType<double>
{
    public override string Expected => string.Create(CultureInfo.InvariantCulture, $"a number from {minimum} to {maximum}");

    public override string Label => string.Create(CultureInfo.InvariantCulture, $"number from {minimum} to {maximum}");

    public override bool Accepts(TomlValue value) => value is TomlInteger or TomlFloat;

    public override bool TryRead(TomlValue value, string path, Binding binding, out double result)
    {
        result = value switch
        {
            TomlInteger number => number.Value,
            TomlFloat number => number.Value,
            _ => double.NaN,
        };
        if (result >= minimum && result <= maximum)
        {
            return true;
        }

        binding.Mismatch(value, path, Expected, Hints.UnquoteNumber(value));
        return false;
    }

    public override JsonObject Schema() => new() { ["type"] = "number", ["minimum"] = minimum, ["maximum"] = maximum };

    public override JsonNode? Show(double value, Showing showing) => JsonValue.Create(value);
}

internal sealed class FlagType : ConfigType<bool>
{
    public override string Expected => "true or false";

    public override string Label => "boolean";

    public override bool Accepts(TomlValue value) => value is TomlBoolean;

    public override bool TryRead(TomlValue value, string path, Binding binding, out bool result)
    {
        if (value is TomlBoolean flag)
        {
            result = flag.Value;
            return true;
        }

        result = false;
        binding.Mismatch(value, path, Expected, value is TomlString { Value: "true" or "false" } text ? $"write it without quotes: {text.Value}" : null);
        return false;
    }

    public override JsonObject Schema() => new() { ["type"] = "boolean" };

    public override JsonNode? Show(bool value, Showing showing) => JsonValue.Create(value);
}

/// <summary>The one word <c>true</c>: for what is either asked for or not written at all.</summary>
internal sealed class TrueType : ConfigType<bool>
{
    public override string Expected => "true";

    public override string Label => "`true`";

    public override bool Accepts(TomlValue value) => value is TomlBoolean;

    public override bool TryRead(TomlValue value, string path, Binding binding, out bool result)
    {
        result = value is TomlBoolean { Value: true };
        if (!result)
        {
            binding.Mismatch(value, path, Expected, value is TomlBoolean ? "leave the key out to do without it" : null);
        }

        return result;
    }

    public override JsonObject Schema() => new() { ["const"] = true };

    public override JsonNode? Show(bool value, Showing showing) => JsonValue.Create(value);
}
