using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>From the keys of a service to how it runs.</summary>
internal sealed class RuntimeResolver(Identity identity, DiagnosticList diagnostics)
{
    /// <summary>The runtime, or null where the file does not tell it; the fault was reported then.</summary>
    public RuntimeSpec? Resolve(ServiceConfig service, ServiceText text) => service switch
    {
        { Runtime: RuntimeKind.Container, Image: not null } => Container(service, text),
        { Runtime: RuntimeKind.Site, Site: { } site } => new SiteRuntime { Root = identity.Absolute(text.Fill(site, "site")) },
        { Runtime: RuntimeKind.Process, Command: { } command } => Process(service, command, text),
        _ => null,
    };

    private ProcessRuntime Process(ServiceConfig service, Setting<CommandConfig> command, ServiceText text)
    {
        var arguments = text.Fill(command, "command");
        var program = command.Value.Shell ? arguments[^1] : arguments[0];
        if (string.IsNullOrWhiteSpace(program) && !string.IsNullOrWhiteSpace(command.Value.Arguments[0].Source))
        {
            diagnostics.Error(command.Place, $"{text.Path}.command: the command is empty once its references are filled in");
        }

        return new ProcessRuntime
        {
            Command = arguments,
            WorkingDirectory = service.Workdir is { } workdir ? identity.Absolute(text.Fill(workdir, "workdir")) : identity.Folder,
            User = service.User is { } user ? text.Fill(user, "user") : null,
        };
    }

    private ContainerRuntime Container(ServiceConfig service, ServiceText text)
    {
        var image = text.Fill(service.Image!, "image");
        if (image.Length == 0 || image.AsSpan().IndexOfAny(" \t\n") >= 0)
        {
            diagnostics.Error(service.Image!.Place, $"{text.Path}.image: {Found.Quote(image)} is not the name of an image");
        }

        return new ContainerRuntime
        {
            Image = image,
            Command = service.Command is { } command ? text.Fill(command, "command") : null,
            Entrypoint = service.Entrypoint is { } entrypoint ? text.Fill(entrypoint, "entrypoint") : null,
            WorkingDirectory = service.Workdir is { } workdir ? Inside(text.Fill(workdir, "workdir"), workdir.Place, $"{text.Path}.workdir") : null,
            User = service.User is { } user ? text.Fill(user, "user") : null,
            Volumes = Each(service.Volumes, "volumes", text, (value, place, asked) => Mounts.Volume(value, place, asked, identity, diagnostics)),
            Ports = Each(service.Ports, "ports", text, (value, place, asked) => Mounts.Port(value, place, asked, diagnostics)),
            Tmpfs = [.. service.Tmpfs.Value.Select(path => Inside(path.Value, path.Place, $"{text.Path}.tmpfs"))],
            Networks = [.. service.Networks.Value.Select(network => network.Value)],
            Init = service.Init.Value,
            Pull = service.Pull.Value,
            Platform = service.Platform?.Value,
            CapAdd = Capabilities(service.CapAdd, $"{text.Path}.cap_add"),
            CapDrop = Capabilities(service.CapDrop, $"{text.Path}.cap_drop"),
            ReadOnly = service.ReadOnly.Value,
        };
    }

    private static ImmutableArray<string> Each(Setting<ImmutableArray<Setting<Template>>> list, string key, ServiceText text, Func<string, SourcePlace, string, string?> read) =>
        [.. list.Value.Select(item => read(text.Fill(item, key), item.Place, $"{text.Path}.{key}")).OfType<string>()];

    private string Inside(string path, SourcePlace place, string asked)
    {
        if (!path.StartsWith('/'))
        {
            diagnostics.Error(place, $"{asked}: {Found.Quote(path)} is not an absolute path", "inside a container there is no workspace to be relative to: begin with /");
        }

        return path;
    }

    private ImmutableArray<string> Capabilities(Setting<ImmutableArray<Setting<string>>> list, string asked)
    {
        foreach (var capability in list.Value.Where(name => name.Value.Length == 0 || !name.Value.All(c => char.IsAsciiLetter(c) || c == '_')))
        {
            diagnostics.Error(capability.Place, $"{asked}: {Found.Quote(capability.Value)} is not the name of a capability", "write NET_ADMIN, SYS_PTRACE, ALL, …");
        }

        return [.. list.Value.Select(capability => capability.Value.ToUpperInvariant())];
    }
}
