using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Keys;

/// <summary>The keys of <c>[services.*]</c>.</summary>
internal static class ServiceKeys
{
    /// <summary>For keys of what runs: processes and containers, not sites.</summary>
    private static readonly KeyFacets Runs = new() { Beside = ["command", "image"] };

    private static readonly KeyFacets Container = new() { Beside = ["image"] };

    public static readonly TableType<ServiceConfig> Service = new("a service", new ServiceConfig(), "[services.web]", ["command", "site", "image"], ("command", "image"))
    {
        { "command", ValueTypes.Command, c => c.Command, (c, v) => c with { Command = v }, "What runs: a list is executed as it stands, a string goes through `/bin/sh -c`. Beside `image`, the container's command.", new KeyFacets { Synonyms = ["cmd", "run", "exec", "start", "script"] } },
        { "image", ValueTypes.Template, c => c.Image, (c, v) => c with { Image = v }, "The image of a container.", new KeyFacets { Synonyms = ["container"] } },
        { "site", ValueTypes.Template, c => c.Site, (c, v) => c with { Site = v }, "A folder of static files, served by the edge itself.", new KeyFacets { Synonyms = ["static", "root", "path"] } },
        { "type", new ChoiceType<WorkloadType>(("service", WorkloadType.Service), ("worker", WorkloadType.Worker), ("task", WorkloadType.Task)), c => c.Type, (c, v) => c with { Type = v }, "A service listens on a port, a worker runs without one, a task runs to completion." },
        { "workdir", ValueTypes.Template, c => c.Workdir, (c, v) => c with { Workdir = v }, "The folder in which it starts, relative to the workspace; in a container an absolute path.", Runs with { DefaultText = "the workspace's folder; the image's own", Synonyms = ["cwd", "working_dir", "working_directory", "dir", "directory"] } },
        { "user", ValueTypes.TextOrNumber, c => c.User, (c, v) => c with { User = v }, "The user that it runs as, by name or number.", Runs with { DefaultText = "the daemon's own; the image's own" } },
        { "env", ValueTypes.Variables, c => c.Env, (c, v) => c with { Env = v }, "Its environment, stronger than `[env]` and `env_file`.", Runs with { Synonyms = ["environment", "vars", "envs", "environment_variables"] } },
        { "env_file", ValueTypes.TextOrList, c => c.EnvFile, (c, v) => c with { EnvFile = v }, "Files of variables, relative to the workspace, later ones stronger; their values are taken as they stand.", Runs with { Synonyms = ["env_files", "dotenv"] } },
        { "port", ValueTypes.Port, c => c.Port, (c, v) => c with { Port = v }, "The stable port in front of it on 127.0.0.1.", Runs with { DefaultText = "chosen once and kept" } },
        { "target_port", ValueTypes.Port, c => c.TargetPort, (c, v) => c with { TargetPort = v }, "Where it listens itself, injected as `PORT`.", Runs with { Aliases = ["container_port"], DefaultText = "a free port for each replica of a process", Synonyms = ["internal_port", "listen"] } },
        { "depends_on", PolicyKeys.Dependencies, c => c.DependsOn, (c, v) => c with { DependsOn = v }, "What it waits for. A list waits for `healthy` where there is a health test, else for `started`; a table names the condition.", new KeyFacets { Synonyms = ["depends", "requires", "needs", "after"] } },
        { "health", PolicyKeys.Health, c => c.Health, (c, v) => c with { Health = v }, "The health test. Without one a service is ready when it accepts connections, a worker once it started, a task at exit status 0.", Runs with { Synonyms = ["healthcheck", "health_check", "readiness", "probe"] } },
        { "restart", PolicyKeys.Restart, c => c.Restart, (c, v) => c with { Restart = v }, "What happens when it ends by itself.", Runs with { Synonyms = ["restart_policy", "availability"] } },
        { "stop", PolicyKeys.Stop, c => c.Stop, (c, v) => c with { Stop = v }, "How it is asked to end.", Runs with { Synonyms = ["shutdown", "stop_signal", "stop_grace_period", "kill_timeout"] } },
        { "limits", PolicyKeys.Limits, c => c.Limits, (c, v) => c with { Limits = v }, "What the host enforces.", Runs with { Synonyms = ["resources", "deploy", "mem_limit"] } },
        { "replicas", new IntegerType(1, 64), c => c.Replicas, (c, v) => c with { Replicas = v }, "How many of it run behind the one address.", Runs with { Synonyms = ["scale", "instances", "count"] } },
        { "profiles", ValueTypes.NameList, c => c.Profiles, (c, v) => c with { Profiles = v }, "It runs only where one of these profiles is chosen, or where another service depends on it.", new KeyFacets { Synonyms = ["profile"] } },
        { "entrypoint", ValueTypes.Command, c => c.Entrypoint, (c, v) => c with { Entrypoint = v }, "Replaces the image's entry point.", Container with { DefaultText = "the image's own" } },
        { "ports", ValueTypes.TextOrNumberList, c => c.Ports, (c, v) => c with { Ports = v }, "Further ports published on 127.0.0.1: `container` or `host:container`.", Container },
        { "volumes", ValueTypes.TemplateList, c => c.Volumes, (c, v) => c with { Volumes = v }, "`name:/path`, `./folder:/path` or `/folder:/path`, with `:ro` for read-only; host folders are relative to the workspace.", Container with { Synonyms = ["mounts"] } },
        { "tmpfs", ValueTypes.TextList, c => c.Tmpfs, (c, v) => c with { Tmpfs = v }, "Paths in the container that live in memory.", Container },
        { "networks", ValueTypes.TextList, c => c.Networks, (c, v) => c with { Networks = v }, "Further networks of the engine that it joins.", Container with { Synonyms = ["network"] } },
        { "init", ValueTypes.Flag, c => c.Init, (c, v) => c with { Init = v }, "Whether process 1 is one that forwards signals and reaps.", Container },
        { "pull", new ChoiceType<PullPolicy>(("missing", PullPolicy.Missing), ("always", PullPolicy.Always), ("never", PullPolicy.Never)), c => c.Pull, (c, v) => c with { Pull = v }, "When the image is pulled.", Container with { Synonyms = ["pull_policy"] } },
        { "platform", ValueTypes.Text, c => c.Platform, (c, v) => c with { Platform = v }, "The image's platform, such as `linux/amd64`.", Container with { DefaultText = "the engine's own" } },
        { "cap_add", ValueTypes.TextList, c => c.CapAdd, (c, v) => c with { CapAdd = v }, "Capabilities that it gets.", Container },
        { "cap_drop", ValueTypes.TextList, c => c.CapDrop, (c, v) => c with { CapDrop = v }, "Capabilities that it loses.", Container },
        { "read_only", ValueTypes.Flag, c => c.ReadOnly, (c, v) => c with { ReadOnly = v }, "Whether its root file system is read-only.", Container },
        { "build", "the image of a service built by Gantry" },
    };
}
