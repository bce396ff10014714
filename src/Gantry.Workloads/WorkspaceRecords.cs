using System.Text.Json;

namespace Gantry.Workloads;

/// <summary>The records of all workspaces on disk, a file each; they hold environments, so they are the owner's alone.</summary>
internal sealed class WorkspaceRecords(HomeFolder home)
{
    /// <summary>All that can be read; what cannot is set aside under another name, and told.</summary>
    /// <param name="unreadable">Gets the file and the reason.</param>
    public List<WorkspaceRecord> Load(Action<string, string> unreadable)
    {
        var records = new List<WorkspaceRecord>();
        if (!Directory.Exists(home.Workspaces))
        {
            return records;
        }

        foreach (var file in Directory.EnumerateFiles(home.Workspaces, "*.json"))
        {
            try
            {
                var record = JsonSerializer.Deserialize(File.ReadAllBytes(file), WorkloadsJson.Default.WorkspaceRecord);
                records.Add(record is not null && !record.Spec.Workloads.Contains(null!)
                    ? record with { Spec = Rehydrate(record.Spec) }
                    : throw new JsonException("it holds null in the place of a workspace or a workload"));
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                File.Move(file, file + ".unreadable", overwrite: true);
                unreadable(file, e.Message);
            }
        }

        return records;
    }

    /// <exception cref="WorkloadException">The disk would not take it.</exception>
    public void Save(WorkspaceRecord record)
    {
        StateFile.MakeFolder(home.Workspaces);
        StateFile.Write(home.RecordOf(record.Spec.Id), JsonSerializer.SerializeToUtf8Bytes(record, WorkloadsJson.Default.WorkspaceRecord));
    }

    public bool Exists(string workspace) => File.Exists(home.RecordOf(workspace));

    /// <exception cref="WorkloadException">It cannot be deleted.</exception>
    public void Delete(string workspace) => StateFile.Delete(home.RecordOf(workspace));

    /// <summary>The inherited environment is kept once for the workspace.</summary>
    public static WorkspaceSpec Rehydrate(WorkspaceSpec spec) =>
        spec with { Workloads = [.. spec.Workloads.Select(workload => workload with { InheritedEnv = spec.InheritedEnv })] };
}
