using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Workspaces.Configuration.Checks;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>Who gets a text: addresses of services differ for processes and containers.</summary>
/// <param name="Name">Null for what belongs to no service.</param>
internal sealed record Consumer(string? Name, RuntimeKind Kind);

/// <summary>
/// Fills references in. What a reference may name was judged before (<see cref="ReferenceChecks"/>); what is found
/// here are variables that are not set and services that do not run.
/// </summary>
internal sealed class Interpolator(Identity identity, ServiceNames names, Selection selection, Variables variables, DiagnosticList diagnostics)
{
    /// <summary>The front ports of services, by name.</summary>
    public required Func<string, int> FrontPort { get; init; }

    public required Secrets Secrets { get; init; }

    /// <param name="asked">The key that holds the text, for messages.</param>
    public string Fill(Template template, string asked, Consumer consumer) => Fill(template, asked, consumer, Secrets.Reveal);

    /// <summary>The same with masks in the place of secrets.</summary>
    public string FillForShow(Template template, string asked, Consumer consumer) => Secrets.Hide(Fill(template, asked, consumer, Secrets.Mask));

    /// <summary>What took part besides the text itself, for people: <c>DB_USER from .env:3:1</c>; null where nothing did.</summary>
    public string? Sources(Template template)
    {
        var used = template.References.OfType<VariableReference>()
            .Select(reference => (reference.Name, Found: variables.Find(reference.Name)))
            .Where(pair => pair.Found is not null)
            .Select(pair => $"{pair.Name} from {pair.Found!.Value.From}")
            .Distinct()
            .ToArray();
        return used.Length == 0 ? null : string.Join(", ", used);
    }

    /// <summary>The address of a service as the consumer reaches it; null where it has none that the consumer could use.</summary>
    public (string Host, int Port)? AddressOf(string name, ServiceConfig service, Consumer consumer)
    {
        if (consumer.Kind != RuntimeKind.Container)
        {
            return ("127.0.0.1", FrontPort(name));
        }

        // Containers meet by name on their network. A process gets its ports at the start, so that only the address in
        // front of it is known here.
        return (service.TargetPort, service.Runtime) switch
        {
            ({ } target, _) => (name, target.Value),
            (null, RuntimeKind.Process) => (name, FrontPort(name)),
            _ => null,
        };
    }

    private string Fill(Template template, string asked, Consumer consumer, Func<string, string> secret) => template.Fill(part => part switch
    {
        VariableReference variable => Variable(variable, asked, consumer, secret),
        DottedReference { Path: ["secret", var name] } => secret(name),
        DottedReference { Path: ["workspace", var property] } => Workspace(property),
        DottedReference { Path: ["services", var name, var property] } reference => Service(reference, name, property, asked, consumer),
        _ => "",
    });

    private string Variable(VariableReference reference, string asked, Consumer consumer, Func<string, string> secret)
    {
        var found = variables.Find(reference.Name)?.Value;
        if (reference.Default is { } standard)
        {
            return string.IsNullOrEmpty(found) ? Fill(standard, asked, consumer, secret) : found;
        }

        if (reference.Message is { } message && string.IsNullOrEmpty(found))
        {
            diagnostics.Error(reference.Place, $"{asked}: {reference.Name} is not set: {(message.Length == 0 ? "it is required" : message)}", "set it in the environment or in .env");
            return "";
        }

        if (found is null)
        {
            var closest = Suggestion.Closest(reference.Name, variables.Names);
            diagnostics.Error(
                reference.Place,
                $"{asked}: the variable {reference.Name} is not set",
                closest is null ? $"set it in the environment or in .env, or give a default: ${{{reference.Name}:-…}}" : $"did you mean \"{closest}\"?");
        }

        return found ?? "";
    }

    private string Workspace(string property) => property switch
    {
        "name" => identity.Name.Value,
        "path" => identity.Folder,
        "domain" => identity.Domain.Value,
        _ => "",
    };

    private string Service(DottedReference reference, string name, string property, string asked, Consumer consumer)
    {
        if (names.Find(name) is not { Listens: true } service)
        {
            return "";
        }

        if (!selection.Includes(name))
        {
            var profiles = service.Profiles.Value.Select(profile => $"\"{profile.Value}\"").ToArray();
            diagnostics.Error(
                reference.Place,
                $"{asked}: \"{name}\" is in {(profiles.Length == 1 ? "profile" : "profiles")} {string.Join(", ", profiles)}, which {(profiles.Length == 1 ? "is" : "are")} not enabled",
                $"choose the profile, or add \"{name}\" to depends_on, which brings it along");
            return "";
        }

        if (AddressOf(name, service, consumer) is not { } address)
        {
            diagnostics.Error(reference.Place, $"{asked}: a container reaches \"{name}\" on its target_port, which is not known", $"write services.{name}.target_port");
            return "";
        }

        var port = address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return property switch
        {
            "host" => address.Host,
            "port" => port,
            _ => $"http://{address.Host}:{port}",
        };
    }
}
