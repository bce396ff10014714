using System.Collections.Immutable;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>
/// The values of secrets by name. Never prints them, and takes them out of text that is about to be shown.
/// </summary>
internal sealed class Secrets(ImmutableDictionary<string, string> values)
{
    private readonly ImmutableDictionary<string, string> _values = values;

    /// <summary>Shorter values are too common a text to be taken out of anything.</summary>
    private const int ShortestHidden = 4;

    public static readonly Secrets None = new(ImmutableDictionary<string, string>.Empty);

    public Secrets With(Secrets others) => new(_values.AddRange(others._values));

    /// <summary>The value, or nothing where it was not read.</summary>
    public string Reveal(string name) => _values.GetValueOrDefault(name, "");

    /// <summary>What stands for a secret wherever people look.</summary>
    public static string Mask(string name) => $"${{secret.{name}}}";

    /// <summary>The text with every secret's value replaced by its mask, the longest first, as one may be part of another.</summary>
    public string Hide(string text)
    {
        foreach (var (name, value) in _values.Where(pair => pair.Value.Length >= ShortestHidden).OrderByDescending(pair => pair.Value.Length))
        {
            text = text.Replace(value, Mask(name), StringComparison.Ordinal);
        }

        return text;
    }

    public override string ToString() => $"{_values.Count} secrets";
}
