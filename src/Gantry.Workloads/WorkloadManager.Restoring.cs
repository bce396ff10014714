using System.Collections.Immutable;
using Gantry.Workloads.Drivers;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads;

/// <summary>How a daemon takes over from the one before it.</summary>
public sealed partial class WorkloadManager
{
    /// <summary>
    /// Adopts what runs and should, starts what should run and does not, ends what runs and should not, and finishes
    /// what was being taken down. To be called once, before anything else.
    /// </summary>
    public async Task RestoreAsync(CancellationToken ct)
    {
        var observed = (await ObserveAsync(ct)).ToDictionary(instance => instance.Id);
        var records = _records.Load((file, reason) => Log.Unreadable(_logger, file, reason));
        foreach (var record in records.Where(record => record is { Removing: false, Spec.Lifetime: Lifetime.Workspace }))
        {
            await RestoreAsync(record, observed, ct);
        }

        // What nobody adopted belongs to nobody: to workspaces on their way out, to daemons that are gone.
        await Task.WhenAll(observed.Values.Select(instance =>
        {
            Log.Ending(_logger, instance.Id);
            return EndAsync(instance, ct);
        }));

        foreach (var record in records.Where(record => record.Removing || record.Spec.Lifetime == Lifetime.Daemon))
        {
            _records.Delete(record.Spec.Id);
        }
    }

    private async Task RestoreAsync(WorkspaceRecord record, Dictionary<InstanceId, IInstance> observed, CancellationToken ct)
    {
        var workspace = Manage(record);
        _workspaces[record.Spec.Id] = workspace;
        foreach (var spec in record.Spec.Workloads)
        {
            var workload = await workspace.SetAsync(spec);
            var hash = SpecHash.Of(spec);
            for (var index = 0; index < spec.Replicas; index++)
            {
                var id = new InstanceId(record.Spec.Id, spec.Name, index);
                if (observed.GetValueOrDefault(id) is { } instance && instance.Hash == hash && !record.Stopped.Contains(spec.Name))
                {
                    observed.Remove(id);
                    await workload[index]!.AdoptAsync(instance, ct);
                }
                else if (record.Completed.GetValueOrDefault($"{spec.Name}/{index}") == hash)
                {
                    await workload[index]!.AdoptCompletedAsync(ct);
                }
                else if (!record.Stopped.Contains(spec.Name))
                {
                    if (observed.Remove(id, out var old))
                    {
                        await EndAsync(old, ct);
                    }

                    await workload.WantAsync(index, ct);
                }
            }
        }

        Board.Publish(WorkloadEventKind.WorkspaceApplied, record.Spec.Id);
    }

    private async Task<ImmutableArray<IInstance>> ObserveAsync(CancellationToken ct)
    {
        var instances = ImmutableArray.CreateBuilder<IInstance>();
        foreach (var driver in _services.Drivers.Values)
        {
            instances.AddRange(await driver.ObserveAsync(ct));
        }

        return instances.ToImmutable();
    }

    private async Task EndLeftoversAsync(Func<InstanceId, bool> belongs, CancellationToken ct)
    {
        await Task.WhenAll((await ObserveAsync(ct)).Where(instance => belongs(instance.Id)).Select(instance => EndAsync(instance, ct)));
    }

    private static async Task EndAsync(IInstance instance, CancellationToken ct)
    {
        await instance.StopAsync(StopPolicy.Default, ct);
        await instance.RemoveAsync(ct);
        await instance.DisposeAsync();
    }

    /// <summary>A task that has completed does not run again because the daemon did.</summary>
    private void NoteCompleted(string id, ManagedWorkload workload, int index)
    {
        if (workload.Spec.Type != WorkloadType.Task || !_workspaces.TryGetValue(id, out var workspace))
        {
            return;
        }

        var hash = SpecHash.Of(workload.Spec);

        // Where the disk has no room the task has completed all the same; at worst a later daemon runs it once more.
        NoteUnsaved(workspace.ChangeAnyway(record => record.Completed.GetValueOrDefault($"{workload.Spec.Name}/{index}") == hash
            ? record
            : record with { Completed = record.Completed.SetItem($"{workload.Spec.Name}/{index}", hash) }));
    }

    private void NoteUnsaved(Fault? fault)
    {
        if (fault is not null)
        {
            Log.NotSaved(_logger, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{File} cannot be read and was set aside: {Reason}")]
        public static partial void Unreadable(ILogger logger, string file, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Ending {Instance}, which nobody wants")]
        public static partial void Ending(ILogger logger, InstanceId instance);

        [LoggerMessage(Level = LogLevel.Warning, Message = "State not saved: {Reason}")]
        public static partial void NotSaved(ILogger logger, string reason);
    }
}
