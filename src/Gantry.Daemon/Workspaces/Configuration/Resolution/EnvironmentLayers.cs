using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Configuration.Types;
using Gantry.Daemon.Workspaces.Configuration.Checks;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>
/// The configured environment of one service, weakest layer first: <c>[env]</c>, <c>env_file</c>, the service's
/// <c>env</c>, and the addresses of what it uses.
/// </summary>
internal sealed class EnvironmentLayers(WorkspaceConfig config, ServiceNames names, Selection selection, EnvFiles files, Interpolator interpolator, DiagnosticList diagnostics)
{
    /// <summary>Variables that Gantry sets when it starts something, whatever is configured.</summary>
    private static readonly ImmutableArray<string> SetAtStart = ["NOTIFY_SOCKET", InstanceId.MarkVariable, InstanceId.IndependentVariable];

    private sealed record Variable(string Value, string Shown, Origin Origin);

    public ResolvedEnvironment Resolve(Named<ServiceConfig> service, Consumer consumer)
    {
        var path = TomlText.Join("services", service.Name);
        var layers = new SortedDictionary<string, Variable>(StringComparer.Ordinal);
        AddTemplates(layers, config.Env.Value, "env", consumer);
        foreach (var file in service.Value.EnvFile.Value)
        {
            foreach (var variable in files.Find(file.Value))
            {
                layers[variable.Name] = new Variable(variable.Value, interpolator.Secrets.Hide(variable.Value), new Origin(OriginKind.EnvFile, variable.Place));
            }
        }

        AddTemplates(layers, service.Value.Env.Value, $"{path}.env", consumer);
        Warn(layers, service.Value);
        AddAddresses(layers, service, consumer);
        return new ResolvedEnvironment(
            layers.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.Ordinal),
            [.. layers.Select(pair => new ShownSetting(["env", pair.Key], JsonValue.Create(pair.Value.Shown), pair.Value.Origin))]);
    }

    private void AddTemplates(SortedDictionary<string, Variable> layers, ImmutableArray<Named<Template>> variables, string path, Consumer consumer)
    {
        foreach (var variable in variables)
        {
            var asked = TomlText.Join(path, variable.Name);
            layers[variable.Name] = new Variable(
                interpolator.Fill(variable.Value, asked, consumer),
                interpolator.FillForShow(variable.Value, consumer),
                variable.Setting.Origin with { Note = interpolator.Sources(variable.Value) });
        }
    }

    private void Warn(SortedDictionary<string, Variable> layers, ServiceConfig service)
    {
        if (service.Listens && layers.TryGetValue("PORT", out var port))
        {
            diagnostics.Warning(port.Origin.Place, "PORT has no effect here: Gantry sets it for every service that listens", "to say where a service listens, use target_port");
        }

        foreach (var name in SetAtStart)
        {
            if (layers.TryGetValue(name, out var variable))
            {
                diagnostics.Warning(variable.Origin.Place, $"{name} is Gantry's own: this value may be replaced", "use another name");
            }
        }
    }

    /// <summary>The addresses of what a service depends on or refers to, in the form that .NET's service discovery reads (Aspire's <c>services__name__http__0</c>).</summary>
    private void AddAddresses(SortedDictionary<string, Variable> layers, Named<ServiceConfig> service, Consumer consumer)
    {
        foreach (var name in UsedBy(service).Distinct().Where(name => name != service.Name && selection.Includes(name)))
        {
            if (names.Find(name) is { Listens: true } used && interpolator.AddressOf(name, used, consumer) is { } address)
            {
                var url = string.Create(CultureInfo.InvariantCulture, $"http://{address.Host}:{address.Port}");
                layers[$"services__{name}__http__0"] = new Variable(url, url, Origin.Injected($"the address of {name}"));
            }
        }
    }

    private IEnumerable<string> UsedBy(Named<ServiceConfig> service) => service.Value.DependsOn.Value.Select(edge => edge.Name)
        .Concat(ReferenceChecks.Templates(service.Value).Select(pair => pair.Template)
            .Concat(service.Value.Env.Value.Concat(config.Env.Value).Select(variable => variable.Value))
            .SelectMany(template => template.References)
            .OfType<DottedReference>()
            .Where(reference => reference.Path is ["services", _, _])
            .Select(reference => reference.Path[1]));
}

/// <summary>A service's configured environment, and the same for people.</summary>
internal sealed record ResolvedEnvironment(ImmutableSortedDictionary<string, string> Values, ImmutableArray<ShownSetting> Shown)
{
    public static readonly ResolvedEnvironment Empty = new(ImmutableSortedDictionary<string, string>.Empty, []);

    public override string ToString() => $"{Values.Count} variables";
}
