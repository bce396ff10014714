using System.Collections;
using System.Collections.Immutable;

namespace Gantry.Daemon.Configuration;

/// <summary>The environment of this very process.</summary>
internal static class OwnEnvironment
{
    /// <summary>Names, with blanks between them, what was set for Gantry's own processes alone.</summary>
    public const string Marker = "GANTRY_SET";

    /// <summary>
    /// The runtime's doors for debuggers and tracers: two pipes and a socket in the temporary folder, which stay there for
    /// ever when their process is killed. <c>0</c> closes them.
    /// </summary>
    public const string Diagnostics = "DOTNET_EnableDiagnostics";

    /// <summary>What its user gave it, by name: without what was set for Gantry's own processes alone.</summary>
    public static ImmutableDictionary<string, string> Read()
    {
        var whole = ReadWhole();
        return whole.GetValueOrDefault(Marker) is { } names ? whole.RemoveRange(names.Split(' ')).Remove(Marker) : whole;
    }

    /// <summary>That of another process of Gantry's own.</summary>
    public static ImmutableDictionary<string, string> ForOwnProcess()
    {
        var whole = ReadWhole();
        return whole.ContainsKey(Diagnostics)
            ? whole
            : whole.SetItem(Diagnostics, "0").SetItem(Marker, whole.GetValueOrDefault(Marker) is { } names ? $"{names} {Diagnostics}" : Diagnostics);
    }

    private static ImmutableDictionary<string, string> ReadWhole() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToImmutableDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
}
