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
    public string Fill(Template template, string asked, Consumer consumer) => Fill(template, new Request(asked, consumer, Secrets.Reveal, diagnostics));

    /// <summary>The same for people: masks stand in the place of secrets, and nothing is reported again.</summary>
    public string FillForShow(Template template, Consumer consumer) => Secrets.Hide(Fill(template, new Request("", consumer, Secrets.Mask, Report: null)));

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

    private string Fill(Template template, Request request) => template.Fill(part => part switch
    {
        VariableReference variable => Variable(variable, request),
        DottedReference { Path: ["secret", var name] } => request.Secret(name),
        DottedReference { Path: ["workspace", var property] } => Workspace(property),
        DottedReference { Path: ["services", var name, var property] } reference => Service(reference, name, property, request),
        _ => "",
    });

    private string Variable(VariableReference reference, Request request)
    {
        var found = variables.Find(reference.Name)?.Value;
        if (reference.Default is { } standard)
        {
            return string.IsNullOrEmpty(found) ? Fill(standard, request) : found;
        }

        if (reference.Message is { } message && string.IsNullOrEmpty(found))
        {
            request.Report?.Error(reference.Place, $"{request.Asked}: {reference.Name} is not set: {(message.Length == 0 ? "it is required" : message)}", "set it in the environment or in .env");
            return "";
        }

        if (found is null)
        {
            var closest = Suggestion.Closest(reference.Name, variables.Names);
            request.Report?.Error(
                reference.Place,
                $"{request.Asked}: the variable {reference.Name} is not set",
                reference.Name == "PORT" ? "Gantry hands PORT over at the start, and the shell fills it in: write $PORT in a command that is one text"
                    : closest is null ? $"set it in the environment or in .env, or give a default: ${{{reference.Name}:-…}}" : $"did you mean \"{closest}\"?");
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

    private string Service(DottedReference reference, string name, string property, Request request)
    {
        if (names.Find(name) is not { Listens: true } service)
        {
            return "";
        }

        if (!selection.Includes(name))
        {
            var profiles = service.Profiles.Value.Select(profile => $"\"{profile.Value}\"").ToArray();
            request.Report?.Error(
                reference.Place,
                $"{request.Asked}: \"{name}\" is in {(profiles.Length == 1 ? "profile" : "profiles")} {string.Join(", ", profiles)}, which {(profiles.Length == 1 ? "is" : "are")} not enabled",
                $"choose the profile, or add \"{name}\" to depends_on, which brings it along");
            return "";
        }

        if (AddressOf(name, service, request.Consumer) is not { } address)
        {
            request.Report?.Error(reference.Place, $"{request.Asked}: a container reaches \"{name}\" on its target_port, which is not known", $"write services.{name}.target_port");
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

    /// <param name="Report">Where faults go; nowhere where they have been reported already.</param>
    private sealed record Request(string Asked, Consumer Consumer, Func<string, string> Secret, DiagnosticList? Report);
}
