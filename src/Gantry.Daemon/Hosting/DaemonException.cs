namespace Gantry.Daemon.Hosting;

/// <summary>The daemon cannot start; the message says why and what to do.</summary>
public sealed class DaemonException(string message, string? remedy = null) : Exception(message)
{
    public string? Remedy { get; } = remedy;
}
