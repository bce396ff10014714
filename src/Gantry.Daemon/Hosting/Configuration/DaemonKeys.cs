using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads.Drivers;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>The keys of <c>gantryd.toml</c> and the variables that override them.</summary>
internal static class DaemonKeys
{
    private static readonly ConfigType<DoorAddress> Door = new FormType<DoorAddress>(
        "address:port or `\"off\"`", "an address and port such as \"127.0.0.1:8080\", or \"off\"", DoorAddress.TryRead, door => door.ToString());

    public static readonly TableType<ServerConfig> Server = new("the doors", new ServerConfig(), "[server]")
    {
        { "http", Door, c => c.Http, (c, v) => c with { Http = v }, "The edge: `http://<service>.<domain>:8080`, routes, sites.", Set("GANTRY_HTTP") },
        { "https", Door, c => c.Https, (c, v) => c with { Https = v }, "The edge with TLS; not in this version.", Set("GANTRY_HTTPS") },
        { "api", Door, c => c.Api, (c, v) => c with { Api = v }, "The API and the dashboard.", Set("GANTRY_API") },
    };

    public static readonly TableType<TlsConfig> Tls = new("TLS", new TlsConfig(), "[tls]")
    {
        { "mode", new ChoiceType<TlsMode>(("internal", TlsMode.Internal), ("acme", TlsMode.Acme), ("files", TlsMode.Files), ("off", TlsMode.Off)), c => c.Mode, (c, v) => c with { Mode = v }, "Where certificates come from: an authority of the daemon's own, an ACME server, or files; not in this version.", Set("GANTRY_TLS_MODE") },
    };

    public static readonly TableType<DockerConfig> Docker = new("the container engine", new DockerConfig(), "[docker]")
    {
        { "host", new FormType<string>("`\"auto\"` or address", "\"auto\", or the engine's address such as \"unix:///var/run/docker.sock\"", TryReadHost, host => host), c => c.Host, (c, v) => c with { Host = v }, "The container engine; `\"auto\"` looks at `DOCKER_HOST`, contexts, and rootless and Podman sockets; not in this version.", Set("GANTRY_DOCKER_HOST") },
    };

    public static readonly TableType<LogsConfig> Logs = new("logs", new LogsConfig(), "[logs]")
    {
        { "level", new ChoiceType<LogLevel>(("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error)), c => c.Level, (c, v) => c with { Level = v }, "The least severe messages that the daemon itself logs.", Set("GANTRY_LOG_LEVEL") },
        { "format", new ChoiceType<LogFormat>(("text", LogFormat.Text), ("compact", LogFormat.Compact), ("json", LogFormat.Json)), c => c.Format, (c, v) => c with { Format = v }, "How the daemon writes its own log.", Set("GANTRY_LOG_FORMAT") },
        { "max_size", Sizes.Between(64L << 10, 1L << 40), c => c.MaxSize, (c, v) => c with { MaxSize = v }, "Size of one file of a replica's output before the next is begun.", Set("GANTRY_LOG_MAX_SIZE") },
        { "max_files", new IntegerType(1, 1000), c => c.MaxFiles, (c, v) => c with { MaxFiles = v }, "Files of a replica's output that are kept, the current one included.", Set("GANTRY_LOG_MAX_FILES") },
    };

    public static readonly TableType<ProcessesConfig> Processes = new("processes", new ProcessesConfig(), "[processes]")
    {
        { "cgroups", new ChoiceType<CgroupMode>(("auto", CgroupMode.Auto), ("off", CgroupMode.Off)), c => c.Cgroups, (c, v) => c with { Cgroups = v }, "Whether control groups hold processes together and limit them; `\"auto\"` uses them where they are writable.", Set(GuardianOptions.CgroupsVariable) },
    };

    public static readonly TableType<PortsConfig> Ports = new("ports", new PortsConfig(), "[ports]")
    {
        { "range", new FormType<PortRange>("range of ports", "a range of ports from 1 to 65535, such as \"20000-29999\"", TryReadRange, range => range.ToString()), c => c.Range, (c, v) => c with { Range = v }, "Where the stable ports of services that name none are chosen.", Set("GANTRY_PORTS") },
    };

    public static readonly TableType<LifeConfig> Daemon = new("the daemon", new LifeConfig(), "[daemon]")
    {
        { "idle_exit", IdleExitType(), c => c.IdleExit, (c, v) => c with { IdleExit = v }, "How long a daemon that a command started stays with nothing to do; `\"off\"` for ever.", Set("GANTRY_IDLE_EXIT") },
    };

    public static readonly TableType<DaemonConfig> File = new("gantryd.toml", new DaemonConfig())
    {
        { "server", Server, c => c.Server, (c, v) => c with { Server = v }, "The daemon's doors." },
        { "tls", Tls, c => c.Tls, (c, v) => c with { Tls = v }, "Certificates of the edge." },
        { "docker", Docker, c => c.Docker, (c, v) => c with { Docker = v }, "The container engine." },
        { "logs", Logs, c => c.Logs, (c, v) => c with { Logs = v }, "The daemon's own log, and the output of what it runs." },
        { "processes", Processes, c => c.Processes, (c, v) => c with { Processes = v }, "How processes are held." },
        { "ports", Ports, c => c.Ports, (c, v) => c with { Ports = v }, "Ports of services." },
        { "daemon", Daemon, c => c.Daemon, (c, v) => c with { Daemon = v }, "The daemon's own life." },
        { "jobs", "the job queue" },
        { "code", "code intelligence" },
        { "models", "the model gateway" },
        { "access", "keys and permissions" },
        { "limits", "limits of clients" },
        { "telemetry", "telemetry" },
        { "proxy", "routes and upstreams of the machine" },
    };

    private static ConfigType<IdleExit> IdleExitType()
    {
        var duration = Durations.Between(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        return new FormType<IdleExit>(
            "duration or `\"off\"`",
            $"{duration.Expected}, or \"off\"",
            (string text, [MaybeNullWhen(false)] out IdleExit value, out string? fault) =>
            {
                fault = null;
                value = new IdleExit(null);
                if (text == DoorAddress.OffWord)
                {
                    return true;
                }

                var sound = Durations.TryRead(text, out var after, out fault) && after >= TimeSpan.FromSeconds(1) && after <= TimeSpan.FromDays(30);
                value = new IdleExit(after);
                return sound;
            },
            value => value.After is { } after ? Durations.Write(after) : DoorAddress.OffWord);
    }

    private static bool TryReadHost(string text, [MaybeNullWhen(false)] out string value, out string? fault)
    {
        value = text;
        fault = "addresses begin with unix://, tcp:// or npipe://";
        return text == "auto" || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "unix" or "tcp" or "npipe");
    }

    private static bool TryReadRange(string text, [MaybeNullWhen(false)] out PortRange value, out string? fault)
    {
        value = null;
        fault = null;
        var ends = text.Split('-');
        if (ends.Length != 2
            || !ushort.TryParse(ends[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !ushort.TryParse(ends[1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || first == 0)
        {
            return false;
        }

        value = new PortRange(first, last);
        fault = first > last ? "the lower port comes first" : null;
        return first <= last;
    }

    private static KeyFacets Set(string variable) => new() { Variable = variable };
}
