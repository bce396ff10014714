using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Keys;

/// <summary>The tables inside a service: health, restart, stop, limits, and what it depends on.</summary>
internal static class PolicyKeys
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    public static readonly TableType<HealthConfig> Health = new("a health test", new HealthConfig(), "{ http = \"/health\" }", ["http", "tcp", "exec", "log", "notify"])
    {
        { "http", ValueTypes.Template, c => c.Http, (c, v) => c with { Http = v }, "Healthy when `GET` of this path on the target port answers with a status from 200 to 399." },
        { "tcp", Tcp(), c => c.Tcp, (c, v) => c with { Tcp = v }, "Healthy when this port accepts a connection; `true` means the target port." },
        { "exec", ValueTypes.Command, c => c.Exec, (c, v) => c with { Exec = v }, "Healthy when this command, run where the service runs, exits with 0.", new KeyFacets { Synonyms = ["command", "cmd", "test"] } },
        { "log", ValueTypes.Template, c => c.Log, (c, v) => c with { Log = v }, "Healthy once a line of output matches this regular expression.", new KeyFacets { Synonyms = ["regex", "line"] } },
        { "notify", new TrueType(), c => c.Notify, (c, v) => c with { Notify = v }, "Healthy once the service sends `READY=1` to `NOTIFY_SOCKET`, as sd_notify(3) does. The word of a process that is neither the service's nor of its user or yours is not taken." },
        { "port", ValueTypes.Port, c => c.Port, (c, v) => c with { Port = v }, "Port for `http`, where it is not the target port.", new KeyFacets { Beside = ["http"], DefaultText = "the target port" } },
        { "status", new IntegerType(100, 599), c => c.Status, (c, v) => c with { Status = v }, "The only status that counts as healthy for `http`.", new KeyFacets { Beside = ["http"], DefaultText = "200 to 399" } },
        { "interval", Durations.Between(Shortest, TimeSpan.FromDays(1)), c => c.Interval, (c, v) => c with { Interval = v }, "Time between two tests once ready; before that they come faster." },
        { "timeout", Durations.Between(Shortest, TimeSpan.FromHours(1)), c => c.Timeout, (c, v) => c with { Timeout = v }, "How long one test may take." },
        { "retries", new IntegerType(1, 1000), c => c.Retries, (c, v) => c with { Retries = v }, "Failures in a row that make a ready service unhealthy." },
        { "start_period", Durations.Between(TimeSpan.Zero, TimeSpan.FromDays(1)), c => c.StartPeriod, (c, v) => c with { StartPeriod = v }, "How long after the start a failure only means \"not yet\"." },
        { "restart", ValueTypes.Flag, c => c.Restart, (c, v) => c with { Restart = v }, "Whether an unhealthy service is restarted, under its restart policy." },
    };

    private static readonly ConfigType<RestartMode> Mode = new ChoiceType<RestartMode>(("on-failure", RestartMode.OnFailure), ("always", RestartMode.Always), ("never", RestartMode.Never));

    public static readonly TableType<RestartConfig> RestartTable = new("a restart policy", new RestartConfig())
    {
        { "policy", Mode, c => c.Policy, (c, v) => c with { Policy = v }, "When it is started again after it ended.", new KeyFacets { DefaultText = "`\"on-failure\"`; `\"never\"` for tasks" } },
        { "backoff", ValueTypes.Backoff, c => c.Backoff, (c, v) => c with { Backoff = v }, "The wait before the first restart, and what it doubles up to." },
        { "max_attempts", ValueTypes.Attempts, c => c.MaxAttempts, (c, v) => c with { MaxAttempts = v }, "Restarts in a row before it has failed for good.", new KeyFacets { DefaultText = "`5`; `\"unlimited\"` for `\"always\"`", Synonyms = ["retries", "max_retries", "attempts"] } },
    };

    public static readonly ConfigType<RestartConfig> Restart = new EitherType<RestartConfig>(
        $"{Mode.Expected}, or a table of policy, backoff and max_attempts",
        "policy, or table",
        RestartTable,
        new ConvertedType<RestartMode, RestartConfig>(Mode, mode => new RestartConfig { Policy = mode, Written = Single("policy", mode.Place) }, _ => null));

    public static readonly TableType<StopConfig> Stop = new("a stop policy", new StopConfig(), "{ signal = \"SIGTERM\", grace = \"10s\" }")
    {
        { "signal", ValueTypes.Signal, c => c.Signal, (c, v) => c with { Signal = v }, "The signal that asks it to end, with or without `SIG`." },
        { "grace", Durations.Between(TimeSpan.Zero, TimeSpan.FromHours(1)), c => c.Grace, (c, v) => c with { Grace = v }, "Time from that signal to `SIGKILL` for whatever is left.", new KeyFacets { Synonyms = ["timeout", "grace_period", "stop_grace_period"] } },
    };

    /// <summary>The kernel's least quota is 1 ms (Documentation/scheduler/sched-bwc.rst), of a period of 100 ms.</summary>
    private const double LeastCpus = 0.01;

    public static readonly TableType<LimitsConfig> Limits = new("limits", new LimitsConfig(), "{ memory = \"512MiB\" }")
    {
        { "memory", Sizes.Between(1L << 20, 1L << 44), c => c.Memory, (c, v) => c with { Memory = v }, "Memory of each replica with all its descendants.", new KeyFacets { DefaultText = "unlimited", Synonyms = ["mem", "mem_limit", "ram"] } },
        { "cpus", new NumberType(LeastCpus, 1024), c => c.Cpus, (c, v) => c with { Cpus = v }, "Processor share of each replica; `1.0` is one core.", new KeyFacets { DefaultText = "unlimited", Synonyms = ["cpu"] } },
        { "pids", new IntegerType(1, 4_194_304), c => c.Pids, (c, v) => c with { Pids = v }, "Processes and threads of each replica with all its descendants.", new KeyFacets { DefaultText = "unlimited", Synonyms = ["pids_limit", "processes"] } },
        { "open_files", new IntegerType(16, 1_048_576), c => c.OpenFiles, (c, v) => c with { OpenFiles = v }, "Open files of each process (`RLIMIT_NOFILE`).", new KeyFacets { DefaultText = "the daemon's own", Synonyms = ["nofile", "files"] } },
    };

    private static readonly ConfigType<DependencyCondition> Condition = new ChoiceType<DependencyCondition>(
        ("healthy", DependencyCondition.Healthy), ("started", DependencyCondition.Started), ("completed", DependencyCondition.Completed));

    public static readonly ConfigType<ImmutableArray<Named<DependencyCondition?>>> Dependencies = new EitherType<ImmutableArray<Named<DependencyCondition?>>>(
        "a list of services, or a table from services to conditions",
        "list or table",
        new ConvertedType<ImmutableArray<Setting<string>>, ImmutableArray<Named<DependencyCondition?>>>(
            new ListType<string>(ValueTypes.Name, "services"),
            list => [.. list.Value.Select(name => new Named<DependencyCondition?>(name.Value, name.Place, Setting.At<DependencyCondition?>(null, name.Origin)))],
            edges => edges.Any(edge => edge.Value is not null) ? null : Setting.Default<ImmutableArray<Setting<string>>>([.. edges.Select(edge => Setting.Default(edge.Name))])),
        new ConvertedType<ImmutableArray<Named<DependencyCondition>>, ImmutableArray<Named<DependencyCondition?>>>(
            new MapType<DependencyCondition>(Condition, "conditions", pattern: WorkloadName.Pattern),
            table => [.. table.Value.Select(edge => new Named<DependencyCondition?>(edge.Name, edge.Place, Setting.At<DependencyCondition?>(edge.Value, edge.Setting.Origin)))],
            edges => Setting.Default<ImmutableArray<Named<DependencyCondition>>>([.. edges.Select(edge => new Named<DependencyCondition>(edge.Name, edge.Place, Setting.Default(edge.Value ?? default)))])));

    private static ConfigType<PortOrTarget> Tcp() => new EitherType<PortOrTarget>(
        "true, or a port from 1 to 65535",
        "`true` or port",
        new ConvertedType<int, PortOrTarget>(ValueTypes.Port, port => new PortOrTarget(port.Value), target => target.Port is { } port ? Setting.Default(port) : null),
        new ConvertedType<bool, PortOrTarget>(new TrueType(), _ => new PortOrTarget(null), target => target.Port is null ? Setting.Default(true) : null));

    private static ImmutableDictionary<string, SourcePlace> Single(string key, SourcePlace place) =>
        ImmutableDictionary<string, SourcePlace>.Empty.Add(key, place);
}
