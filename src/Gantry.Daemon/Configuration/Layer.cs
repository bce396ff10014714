using System.Globalization;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration;

/// <summary>Single values from outside a file that replace what the file says: variables, options.</summary>
/// <param name="find">The text for a key's path or for its variable, with its origin; null where there is none.</param>
internal sealed class Layer(Func<string, string?, (string Text, Origin Origin)?> find, DiagnosticList diagnostics)
{
    public (string Text, Origin Origin)? Find(string path, string? variable) => find(path, variable);

    /// <summary>Reads a text as the type that is wanted; null, and a fault, where it is none.</summary>
    public Setting<T>? Read<T>(ConfigType<T> type, (string Text, Origin Origin) found, string path)
    {
        var value = Shapes(found.Text).FirstOrDefault(type.Accepts) ?? new TomlString(found.Text, default);
        return type.TryRead(value, path, new Binding(found.Origin, diagnostics), out var read) ? new Setting<T>(read, found.Origin) : null;
    }

    /// <summary>A text is whatever its reader would have it be: a number if one is wanted, else a string.</summary>
    private static IEnumerable<TomlValue> Shapes(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            yield return new TomlInteger(number, default);
        }

        if (bool.TryParse(text, out var flag))
        {
            yield return new TomlBoolean(flag, default);
        }

        yield return new TomlString(text, default);
    }
}
