using System.Collections;
using System.Collections.Immutable;

namespace Gantry.Daemon.Configuration;

/// <summary>The variables of this process.</summary>
internal static class OwnEnvironment
{
    public static ImmutableDictionary<string, string> Read() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToImmutableDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
}
