using Gantry.Workloads;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Daemon.Hosting;

/// <summary>Has the daemon's log for people call services by their workspace's name and not by its id. JSON, for programs, keeps the ids.</summary>
internal sealed class LogNames
{
    /// <summary>Who knows the names; null until the daemon is built, and what is logged before keeps its ids.</summary>
    public WorkloadManager? Manager { get; set; }

    /// <summary>The message of a line, on one line.</summary>
    public string Show<TState>(in LogEntry<TState> entry)
    {
        var message = entry.Formatter(entry.State, entry.Exception);
        if (Manager is not null && entry.State is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            foreach (var instance in values.Select(value => value.Value).OfType<InstanceId>())
            {
                message = message.Replace(instance.ToString(), NameOf(instance, Manager), StringComparison.Ordinal);
            }
        }

        return message.ReplaceLineEndings(" ");
    }

    /// <summary>Several folders may have one name: then the id stands with it.</summary>
    private static string NameOf(InstanceId instance, WorkloadManager manager)
    {
        if (manager.Find(instance.Workspace)?.Name is not { } name)
        {
            return instance.ToString();
        }

        var workspace = manager.Workspaces.Count(workspace => workspace.Name == name) > 1 ? $"{name}({instance.Workspace})" : name;
        return (instance with { Workspace = workspace }).ToString();
    }
}
