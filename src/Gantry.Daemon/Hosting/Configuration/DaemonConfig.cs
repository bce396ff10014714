using Gantry.Daemon.Configuration;
using Gantry.Workloads.Addresses;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>
/// The settings of a daemon, each with its origin: <c>gantryd.toml</c>, overridden by <c>.env</c>, the environment and
/// options. Every key has a default, so an absent file is a working daemon.
/// </summary>
internal sealed record DaemonConfig : Section
{
    public Setting<ServerConfig> Server { get; init; } = Setting.Default(new ServerConfig());

    public Setting<TlsConfig> Tls { get; init; } = Setting.Default(new TlsConfig());

    public Setting<DockerConfig> Docker { get; init; } = Setting.Default(new DockerConfig());

    public Setting<LogsConfig> Logs { get; init; } = Setting.Default(new LogsConfig());

    public Setting<ProcessesConfig> Processes { get; init; } = Setting.Default(new ProcessesConfig());

    public Setting<PortsConfig> Ports { get; init; } = Setting.Default(new PortsConfig());

    public Setting<LifeConfig> Daemon { get; init; } = Setting.Default(new LifeConfig());
}

/// <summary><c>[server]</c>: the doors. A busy door is skipped where it is a default and refuses the start where it is not (<see cref="Setting{T}.IsDefault"/>).</summary>
internal sealed record ServerConfig : Section
{
    public Setting<DoorAddress> Http { get; init; } = Setting.Default(DoorAddress.Loopback(8080));

    public Setting<DoorAddress> Https { get; init; } = Setting.Default(DoorAddress.Loopback(8443));

    public Setting<DoorAddress> Api { get; init; } = Setting.Default(DoorAddress.Loopback(4400));
}

/// <summary><c>[tls]</c></summary>
internal sealed record TlsConfig : Section
{
    public Setting<TlsMode> Mode { get; init; } = Setting.Default(TlsMode.Internal);
}

/// <summary>Where the edge's certificates come from.</summary>
internal enum TlsMode
{
    /// <summary>A certificate authority of the daemon's own.</summary>
    Internal,

    /// <summary>An ACME server (RFC 8555).</summary>
    Acme,

    Files,
    Off,
}

/// <summary><c>[docker]</c></summary>
internal sealed record DockerConfig : Section
{
    /// <summary><c>auto</c>, or the engine's address.</summary>
    public Setting<string> Host { get; init; } = Setting.Default("auto");
}

/// <summary><c>[logs]</c></summary>
internal sealed record LogsConfig : Section
{
    /// <summary>The least severe messages that the daemon itself logs.</summary>
    public Setting<LogLevel> Level { get; init; } = Setting.Default(LogLevel.Information);

    public Setting<LogFormat> Format { get; init; } = Setting.Default(LogFormat.Text);

    /// <summary>Bytes of one file of a replica's output before the next is begun.</summary>
    public Setting<long> MaxSize { get; init; } = Setting.Default(10L << 20);

    /// <summary>Files of a replica's output that are kept, the current one included.</summary>
    public Setting<int> MaxFiles { get; init; } = Setting.Default(5);
}

/// <summary>How the daemon writes its own log.</summary>
internal enum LogFormat
{
    Text,
    Compact,
    Json,
}

/// <summary><c>[processes]</c></summary>
internal sealed record ProcessesConfig : Section
{
    public Setting<CgroupMode> Cgroups { get; init; } = Setting.Default(CgroupMode.Auto);
}

/// <summary>Whether control groups hold processes together.</summary>
internal enum CgroupMode
{
    /// <summary>Where one is writable.</summary>
    Auto,

    Off,
}

/// <summary><c>[ports]</c></summary>
internal sealed record PortsConfig : Section
{
    public Setting<PortRange> Range { get; init; } = Setting.Default(new PortRange(PortLeases.DefaultFirst, PortLeases.DefaultLast));
}

/// <summary>Ports from the first to the last, both included.</summary>
internal sealed record PortRange(int First, int Last)
{
    public override string ToString() => $"{First}-{Last}";
}

/// <summary><c>[daemon]</c></summary>
internal sealed record LifeConfig : Section
{
    public Setting<IdleExit> IdleExit { get; init; } = Setting.Default(new IdleExit(TimeSpan.FromMinutes(10)));
}

/// <summary>How long a daemon that a command started stays with nothing to do; null for ever.</summary>
internal sealed record IdleExit(TimeSpan? After);
