using System.Collections.Immutable;
using Gantry.Workloads.Drivers;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads;

/// <summary>How a daemon takes over from the one before it.</summary>
public sealed partial class WorkloadManager
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly List<Task> _finishing = [];

    /// <summary>
    /// Adopts what runs and should, and starts what should run and does not. What runs and should not, a workspace that was
    /// being taken down among it, is ended from here on as its specs say: until then nobody else is let to that workspace.
    /// To be called once, before anything else.
    /// </summary>
    public async Task RestoreAsync(CancellationToken ct)
    {
        var observed = (await ObserveAsync(ct)).ToDictionary(instance => instance.Id);
        foreach (var record in _records.Load((file, reason) => Log.Unreadable(_logger, file, reason)))
        {
            await RestoreAsync(record, observed, ct);
        }

        // Of these no record tells.
        await TryAsync(() => Task.WhenAll(observed.Values.Select(instance => EndAsync(instance, StopPolicy.Default, ct))));
    }

    private async Task RestoreAsync(WorkspaceRecord record, Dictionary<InstanceId, IInstance> observed, CancellationToken ct)
    {
        var workspace = Manage(record);
        await workspace.Gate.WaitAsync(ct);
        _workspaces[record.Spec.Id] = workspace;
        var isLeaving = record.Removing || record.Spec.Lifetime == Lifetime.Daemon;
        var replaced = isLeaving ? [] : await AdoptAsync(workspace, observed, ct);
        var left = observed.Values.Where(instance => instance.Id.Workspace == record.Spec.Id).ToList();
        left.ForEach(instance => observed.Remove(instance.Id));
        var finishing = FinishAsync(workspace, isLeaving, left, replaced, _leaving.Token);
        if (left.Count > 0)
        {
            _finishing.Add(finishing);
        }
        else
        {
            await finishing;
        }
    }

    /// <returns>The replicas that run by an earlier spec or were being ended to run again, and are to be started once that has ended.</returns>
    private async Task<List<(ManagedWorkload Workload, int Index)>> AdoptAsync(ManagedWorkspace workspace, Dictionary<InstanceId, IInstance> observed, CancellationToken ct)
    {
        var record = workspace.Record;
        var replaced = new List<(ManagedWorkload, int)>();
        foreach (var spec in record.Spec.Workloads)
        {
            var workload = await workspace.SetAsync(spec, ct);
            var (hash, wanted) = (SpecHash.Of(spec), !record.Stopped.Contains(spec.Name));
            for (var index = 0; index < spec.Replicas; index++)
            {
                var instance = observed.GetValueOrDefault(new InstanceId(record.Spec.Id, spec.Name, index));
                var isEnding = instance is not null && record.Renewing.GetValueOrDefault(WorkspaceRecord.KeyOf(spec.Name, index)) == instance.StartedAt;
                if (wanted && instance?.Hash == hash && !isEnding)
                {
                    observed.Remove(instance.Id);
                    await workload[index]!.AdoptAsync(instance, ct);
                }
                else if (record.Completed.GetValueOrDefault(WorkspaceRecord.KeyOf(spec.Name, index)) == hash)
                {
                    await workload[index]!.AdoptCompletedAsync(ct);
                }
                else if (wanted && instance is not null)
                {
                    replaced.Add((workload, index));
                }
                else if (wanted)
                {
                    await workload.WantAsync(index, ct);
                }
            }
        }

        Board.Publish(WorkloadEventKind.WorkspaceApplied, record.Spec.Id);
        return replaced;
    }

    /// <summary>Ends what is left of a workspace, at its gate, which is left afterwards.</summary>
    private async Task FinishAsync(
        ManagedWorkspace workspace, bool isLeaving, List<IInstance> left, List<(ManagedWorkload Workload, int Index)> replaced, CancellationToken ct)
    {
        try
        {
            await TryAsync(() => isLeaving ? TakeDownAsync(workspace, ct) : EndAsync(workspace.Spec, left, ct));
            foreach (var (workload, index) in replaced)
            {
                await workload.WantAsync(index, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The next daemon finds it as this one did.
        }
        finally
        {
            workspace.Gate.Release();
        }
    }

    /// <summary>What cannot be ended keeps nothing else from being restored.</summary>
    private async Task TryAsync(Func<Task> end)
    {
        try
        {
            await end();
        }
        catch (Exception e) when (e is WorkloadException or IOException)
        {
            Log.NotEnded(_logger, e.Message);
        }
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

    /// <summary>Ends instances by their workloads' stop policies, those that others wait for after those others.</summary>
    private Task EndAsync(WorkspaceSpec spec, IReadOnlyCollection<IInstance> instances, CancellationToken ct)
    {
        var graph = DependencyGraph.Of(spec.Workloads);
        var policies = spec.Workloads.ToDictionary(workload => workload.Name, workload => workload.Stop);
        var endings = new Dictionary<string, Task>();
        foreach (var name in graph.StartOrder().Reverse().Union(instances.Select(instance => instance.Id.Workload)))
        {
            endings.Add(name, EndAfterAsync([.. graph.DependentsOf(name).Select(dependent => endings[dependent])], name));
        }

        return Task.WhenAll(endings.Values);

        async Task EndAfterAsync(Task[] others, string name)
        {
            await Task.WhenAll(others).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(instances.Where(instance => instance.Id.Workload == name)
                .Select(instance => EndAsync(instance, policies.GetValueOrDefault(name, StopPolicy.Default), ct)));
        }
    }

    private async Task EndAsync(IInstance instance, StopPolicy policy, CancellationToken ct)
    {
        Log.Ending(_logger, instance.Id);
        await instance.StopAsync(policy, ct);
        await instance.RemoveAsync(ct);
        await instance.DisposeAsync();
    }

    /// <summary>A task that has completed does not run again because the daemon did; one that is run once more has not completed before that is over.</summary>
    private void NoteCompleted(string id, ManagedWorkload workload, int index, bool completed)
    {
        if (workload.Spec.Type != WorkloadType.Task || !_workspaces.TryGetValue(id, out var workspace))
        {
            return;
        }

        var (key, hash) = (WorkspaceRecord.KeyOf(workload.Spec.Name, index), SpecHash.Of(workload.Spec));

        // Where the disk has no room the task has completed all the same; at worst a later daemon runs it once more.
        NoteUnsaved(workspace.ChangeAnyway(record => completed
            ? record.Completed.GetValueOrDefault(key) == hash ? record : record with { Completed = record.Completed.SetItem(key, hash) }
            : record with { Completed = record.Completed.Remove(key) }));
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

        [LoggerMessage(Level = LogLevel.Error, Message = "What nobody wants is there still: {Reason}")]
        public static partial void NotEnded(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "State not saved: {Reason}")]
        public static partial void NotSaved(ILogger logger, string reason);
    }
}
