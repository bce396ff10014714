using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>One word of a closed list.</summary>
internal sealed class ChoiceType<T>(params (string Word, T Value)[] choices) : ConfigType<T>
    where T : notnull
{
    public override string Expected => choices.Length == 1
        ? $"\"{choices[0].Word}\""
        : $"{string.Join(", ", choices.SkipLast(1).Select(choice => $"\"{choice.Word}\""))} or \"{choices[^1].Word}\"";

    public override string Label => string.Join(", ", choices.Select(choice => $"`\"{choice.Word}\"`"));

    public override bool Accepts(TomlValue value) => value is TomlString;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out T result)
    {
        result = default;
        if (value is not TomlString text)
        {
            binding.Mismatch(value, path, Expected);
            return false;
        }

        foreach (var (word, chosen) in choices)
        {
            if (word == text.Value)
            {
                result = chosen;
                return true;
            }
        }

        var closest = Suggestion.Closest(text.Value, choices.Select(choice => choice.Word));
        binding.Mismatch(value, path, Expected, closest is null ? null : $"did you mean \"{closest}\"?");
        return false;
    }

    public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice.Word))]) };

    public override JsonNode? Show(T value, Showing showing) =>
        choices.Where(choice => choice.Value.Equals(value)).Select(choice => JsonValue.Create(choice.Word)).FirstOrDefault();
}
