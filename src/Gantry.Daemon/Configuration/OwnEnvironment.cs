using System.Collections;
using System.Collections.Immutable;

namespace Gantry.Daemon.Configuration;

/// <summary>The environment of this very process.</summary>
internal static class OwnEnvironment
{
    /// <summary>All of it as it is now, by name.</summary>
    public static ImmutableDictionary<string, string> Read() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToImmutableDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
}
