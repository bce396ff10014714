using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Checks;

/// <summary>What must hold inside one service, beyond the types of its keys.</summary>
internal static class ServiceChecks
{
    private static readonly string[] ListeningKeys = ["port", "target_port"];

    public static void Check(Named<ServiceConfig> named, DiagnosticList diagnostics)
    {
        var (service, path) = (named.Value, TomlText.Join("services", named.Name));
        CheckType(service, path, diagnostics);
        CheckPorts(service, path, diagnostics);
        CheckHealth(service, path, diagnostics);
        CheckVariables(service.Env.Value, $"{path}.env", diagnostics);
        CheckProgram(service.Command, $"{path}.command", diagnostics);
        CheckProgram(service.Health?.Value.Exec, $"{path}.health.exec", diagnostics);
        foreach (var profile in service.Profiles.Value.Where(profile => !WorkloadName.IsValid(profile.Value)))
        {
            diagnostics.Error(profile.Place, $"{path}.profiles: {Found.Quote(profile.Value)} is not a name for a profile", $"a name is {WorkloadName.Rule}");
        }
    }

    public static void CheckVariables(ImmutableArray<Named<Template>> variables, string path, DiagnosticList diagnostics)
    {
        foreach (var variable in variables.Where(variable => variable.Name.Length == 0 || variable.Name.Contains('=', StringComparison.Ordinal) || variable.Name.Contains('\0', StringComparison.Ordinal)))
        {
            diagnostics.Error(variable.Place, $"{path}: {Found.Quote(variable.Name)} cannot be the name of a variable", "a name is not empty and has no \"=\"");
        }
    }

    /// <summary>A program without a name is no command, however many arguments it has.</summary>
    public static void CheckProgram(Setting<CommandConfig>? command, string path, DiagnosticList diagnostics)
    {
        if (command is not null && string.IsNullOrWhiteSpace(command.Value.Arguments[0].Source))
        {
            diagnostics.Error(command.Place, $"{path}: the command is empty", "write the program and its arguments");
        }
    }

    private static void CheckType(ServiceConfig service, string path, DiagnosticList diagnostics)
    {
        if (service.Type.Value == WorkloadType.Service)
        {
            return;
        }

        if (service.Runtime == RuntimeKind.Site)
        {
            diagnostics.Error(service.Type.Place, $"{path}: a site is always a service", "leave out type");
            return;
        }

        var noun = service.Type.Value == WorkloadType.Task ? "task" : "worker";
        foreach (var key in ListeningKeys.Where(service.Has))
        {
            diagnostics.Error(service.Written[key], $"{path}.{key}: a {noun} does not listen", "leave it out, or make it type = \"service\"");
        }

        if (service.Type.Value != WorkloadType.Task)
        {
            return;
        }

        if (service.Has("health"))
        {
            diagnostics.Error(service.Written["health"], $"{path}.health: a task has no health: it is done when it exits with 0", "leave it out, or make it type = \"worker\"");
        }

        if (service.Replicas.Value > 1)
        {
            diagnostics.Error(service.Replicas.Place, $"{path}.replicas: a task runs once", "leave it out, or make it type = \"worker\"");
        }

        if (service.Restart.Value.Policy is { Value: RestartMode.Always } policy)
        {
            diagnostics.Error(policy.Place, $"{path}.restart: a task that is always started again never completes", "use \"on-failure\", or make it type = \"worker\"");
        }
    }

    private static void CheckPorts(ServiceConfig service, string path, DiagnosticList diagnostics)
    {
        if (service.Runtime != RuntimeKind.Process || !service.Listens || service.TargetPort is not { } target)
        {
            return;
        }

        if (service.Port is { } port && port.Value == target.Value)
        {
            diagnostics.Error(target.Place, $"{path}: port and target_port are both {target.Value}: the address in front of a process and the process cannot share a port", "leave out target_port and let the program listen on $PORT");
        }

        if (service.Replicas.Value > 1)
        {
            diagnostics.Error(target.Place, $"{path}.target_port: {service.Replicas.Value} replicas of a process cannot all listen on port {target.Value}", "leave it out: each replica gets a free port as $PORT");
        }
    }

    private static void CheckHealth(ServiceConfig service, string path, DiagnosticList diagnostics)
    {
        if (service.Health?.Value is not { } health || service.Type.Value != WorkloadType.Worker)
        {
            return;
        }

        if (health.Has("http") && !health.Has("port"))
        {
            diagnostics.Error(health.Written["http"], $"{path}.health.http: a worker has no target port to test", "say which: health = { http = …, port = … }");
        }

        if (health.Tcp is { Value.Port: null } tcp)
        {
            diagnostics.Error(tcp.Place, $"{path}.health.tcp: a worker has no target port to test", "write the port in place of true");
        }
    }
}
