using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Checks;

/// <summary>Dependencies: that they exist, that their conditions can come true, and that they do not go in circles.</summary>
internal static class DependencyChecks
{
    public static void Check(WorkspaceConfig config, ServiceNames names, DiagnosticList diagnostics)
    {
        foreach (var service in config.Services.Value)
        {
            var path = $"{TomlText.Join("services", service.Name)}.depends_on";
            foreach (var edge in service.Value.DependsOn.Value)
            {
                if (names.Require(edge.Name, edge.Place, path, diagnostics) is { } dependency)
                {
                    CheckCondition(edge, dependency, path, diagnostics);
                }
            }
        }

        new Circles(config, diagnostics).Report();
    }

    /// <summary>The condition that an edge stands for: in a list it depends on what is depended on.</summary>
    public static DependencyCondition ConditionOf(Named<DependencyCondition?> edge, ServiceConfig dependency) =>
        edge.Value ?? (dependency.Has("health") ? DependencyCondition.Healthy : DependencyCondition.Started);

    private static void CheckCondition(Named<DependencyCondition?> edge, ServiceConfig dependency, string path, DiagnosticList diagnostics)
    {
        var isTask = dependency.Type.Value == WorkloadType.Task;
        if (edge.Value == DependencyCondition.Completed && !isTask)
        {
            diagnostics.Error(edge.Setting.Place, $"{path}: \"{edge.Name}\" is not a task and never completes", "wait for \"healthy\" or \"started\", or make it type = \"task\"");
        }
        else if (edge.Value is null && isTask)
        {
            diagnostics.Warning(edge.Place, $"{path}: the task \"{edge.Name}\" is only waited for until it has started", $"to wait for its end write depends_on = {{ {TomlText.Quote(edge.Name)} = \"completed\" }}");
        }
    }

    /// <summary>Finds circles by walking the edges depth first; each is reported once, at the edge that closes it.</summary>
    private sealed class Circles(WorkspaceConfig config, DiagnosticList diagnostics)
    {
        private readonly Dictionary<string, Named<ServiceConfig>> _services = config.Services.Value.ToDictionary(service => service.Name, StringComparer.Ordinal);
        private readonly HashSet<string> _done = new(StringComparer.Ordinal);
        private readonly List<string> _path = [];

        public void Report()
        {
            foreach (var service in config.Services.Value)
            {
                Visit(service);
            }
        }

        // The number of services is bounded, so the recursion is.
        private void Visit(Named<ServiceConfig> service)
        {
            if (_done.Contains(service.Name))
            {
                return;
            }

            _path.Add(service.Name);
            foreach (var edge in service.Value.DependsOn.Value)
            {
                var start = _path.IndexOf(edge.Name);
                if (start >= 0)
                {
                    var circle = string.Join(" -> ", _path.Skip(start).Append(edge.Name));
                    diagnostics.Error(edge.Place, $"services depend on each other in a circle: {circle}", "take one of these dependencies out");
                }
                else if (_services.TryGetValue(edge.Name, out var next))
                {
                    Visit(next);
                }
            }

            _path.RemoveAt(_path.Count - 1);
            _done.Add(service.Name);
        }
    }
}
