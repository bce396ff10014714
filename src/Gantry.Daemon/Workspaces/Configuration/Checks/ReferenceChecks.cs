using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Checks;

/// <summary>What <c>${a.b.c}</c> may refer to, whether or not the service runs: variables are judged when they are filled in.</summary>
internal sealed class ReferenceChecks(WorkspaceConfig config, ServiceNames names, DiagnosticList diagnostics)
{
    /// <summary>What a service tells of itself to others.</summary>
    public static readonly ImmutableArray<string> ServiceProperties = ["host", "port", "url"];

    public static readonly ImmutableArray<string> WorkspaceProperties = ["name", "path", "domain"];

    private static readonly ImmutableArray<string> Roots = ["services", "secret", "workspace"];

    public void Check()
    {
        foreach (var variable in config.Env.Value)
        {
            Check($"env.{variable.Name}", variable.Value, secretAllowed: true);
        }

        foreach (var service in config.Services.Value)
        {
            foreach (var variable in service.Value.Env.Value)
            {
                Check($"{TomlText.Join("services", service.Name)}.env.{variable.Name}", variable.Value, secretAllowed: true);
            }

            foreach (var (key, template) in Templates(service.Value))
            {
                Check($"{TomlText.Join("services", service.Name)}.{key}", template, secretAllowed: false);
            }
        }

        foreach (var secret in config.Secrets.Value)
        {
            CheckSecret(secret.Name, secret.Value);
        }
    }

    /// <summary>Every text of a service that is filled in, its environment excepted.</summary>
    public static IEnumerable<(string Key, Template Template)> Templates(ServiceConfig service)
    {
        var health = service.Health?.Value;
        (string, Setting<Template>?)[] single = [("image", service.Image), ("site", service.Site), ("workdir", service.Workdir), ("user", service.User), ("health.http", health?.Http), ("health.log", health?.Log)];
        (string, IEnumerable<Template>?)[] many =
        [
            ("command", service.Command?.Value.Arguments),
            ("entrypoint", service.Entrypoint?.Value.Arguments),
            ("health.exec", health?.Exec?.Value.Arguments),
            ("volumes", service.Volumes.Value.Select(volume => volume.Value)),
            ("ports", service.Ports.Value.Select(port => port.Value)),
        ];
        return single.Where(pair => pair.Item2 is not null).Select(pair => (pair.Item1, pair.Item2!.Value))
            .Concat(many.Where(pair => pair.Item2 is not null).SelectMany(pair => pair.Item2!.Select(template => (pair.Item1, template))));
    }

    private void Check(string asked, Template template, bool secretAllowed)
    {
        foreach (var reference in template.References.OfType<DottedReference>())
        {
            if (reference.Path[0] == "secret" && !secretAllowed)
            {
                diagnostics.Error(reference.Place, $"{asked}: a secret may not stand here: everybody on the machine can list processes and what they were started with", "hand it over in env, and let the program read the variable");
            }

            CheckTarget(asked, reference);
        }
    }

    private void CheckSecret(string name, SecretConfig secret)
    {
        var asked = TomlText.Join("secrets", name);
        foreach (var template in (secret.Command?.Value.Arguments ?? []).Concat(secret.File is { } file ? [file.Value] : []))
        {
            foreach (var reference in template.References.OfType<DottedReference>())
            {
                if (reference.Path[0] is "secret" or "services")
                {
                    diagnostics.Error(reference.Place, $"{asked}: {reference.Text} may not stand here: secrets are read before anything else is known", "use variables and ${workspace.…} only");
                }
                else
                {
                    CheckTarget(asked, reference);
                }
            }
        }
    }

    private void CheckTarget(string asked, DottedReference reference)
    {
        switch (reference.Path)
        {
            case ["services", var name, var property]:
                CheckService(asked, reference, name, property);
                break;
            case ["secret", var name] when config.Secrets.Value.Any(secret => secret.Name == name) || config.MayDefine(name):
                break;
            case ["secret", var name]:
                diagnostics.Error(reference.Place, $"{asked}: there is no secret {Found.Quote(name)}", config.Secrets.Value.IsEmpty ? $"say where it is read from: [secrets] {name} = {{ env = \"…\" }}" : Suggestion.Help(name, [.. config.Secrets.Value.Select(secret => secret.Name)], "secrets"));
                break;
            case ["workspace", var property] when WorkspaceProperties.Contains(property):
                break;
            case ["workspace", var property]:
                diagnostics.Error(reference.Place, $"{asked}: a workspace has no {Found.Quote(property)} to refer to", Suggestion.Help(property, WorkspaceProperties, "it has"));
                break;
            default:
                diagnostics.Error(reference.Place, $"{asked}: {Found.Quote(reference.Text)} refers to nothing", Help(reference));
                break;
        }
    }

    private void CheckService(string asked, DottedReference reference, string name, string property)
    {
        if (!ServiceProperties.Contains(property))
        {
            diagnostics.Error(reference.Place, $"{asked}: a service has no {Found.Quote(property)} to refer to", Suggestion.Help(property, ServiceProperties, "it has"));
        }

        if (names.Require(name, reference.Place, asked, diagnostics) is { Listens: false, Runtime: not null } target)
        {
            var noun = target.Runtime == RuntimeKind.Site ? "site and has no address of its own" : $"{(target.Type.Value == WorkloadType.Task ? "task" : "worker")} and does not listen";
            diagnostics.Error(reference.Place, $"{asked}: \"{name}\" is a {noun}, so there is nothing to refer to");
        }
    }

    private static string Help(DottedReference reference)
    {
        const string Forms = "the forms are ${services.NAME.host|port|url}, ${secret.NAME} and ${workspace.name|path|domain}";
        return reference.Path switch
        {
            ["env", var name] => $"variables are referred to by their name alone: ${{{name}}}",
            ["secrets", var name] => $"did you mean ${{secret.{name}}}?",
            ["service", .. var rest] => $"did you mean ${{services.{string.Join('.', rest)}}}?",
            [var root, ..] when !Roots.Contains(root) && Suggestion.Closest(root, Roots) is { } closest => $"did you mean \"{closest}\"?",
            _ => Forms,
        };
    }
}
