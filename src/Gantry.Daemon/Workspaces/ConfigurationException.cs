using System.Collections.Immutable;

namespace Gantry.Daemon.Workspaces;

/// <summary>What was written cannot be run; every fault is listed.</summary>
public sealed class ConfigurationException(ImmutableArray<Diagnostic> diagnostics) : Exception("the configuration has faults")
{
    public ImmutableArray<Diagnostic> Diagnostics { get; } = diagnostics;
}
