using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Workspaces;

/// <summary>From a folder to a running workspace: load, check against the host, apply.</summary>
internal sealed class Applier(HomeFolder home, WorkloadManager manager, PortRegistry ports, StatusView status, IEnumerable<IWorkspaceDoubts> doubts)
{
    /// <summary>One call after the other reads its file and applies it, so that the last to be made has the last word.</summary>
    private readonly FolderGates _gates = new();

    /// <exception cref="ConfigurationException">What was written cannot be run; nothing was started.</exception>
    /// <exception cref="WorkloadException">It cannot be saved, or a service was named that is not there.</exception>
    public async Task<ApplyAnswer> ApplyAsync(ApplyRequest request, CancellationToken ct)
    {
        if (request.DryRun)
        {
            return await ReadAndApplyAsync(request, ct);
        }

        using var place = await _gates.EnterAsync(CanonicalPath.Of(request.Path), ct);
        return await ReadAndApplyAsync(request, ct);
    }

    private async Task<ApplyAnswer> ReadAndApplyAsync(ApplyRequest request, CancellationToken ct)
    {
        var given = new List<(string Workspace, string Service)>();
        WorkspaceSpec workspace;
        ImmutableArray<Diagnostic> warnings;
        try
        {
            (workspace, warnings) = await ReadAsync(request, given, ct);
        }
        catch
        {
            ports.TakeBack(given);
            throw;
        }

        var changes = WorkspaceChanges.Of(manager.Find(workspace.Id), workspace);
        var application = request.DryRun
            ? manager.Plan(workspace, request.Services)
            : await manager.ApplyAsync(workspace, request.Services, CancellationToken.None);
        var applied = request.DryRun ? workspace : manager.Find(workspace.Id) ?? workspace;
        return new ApplyAnswer(status.Of(applied), application.Plan.Steps, application.Workloads, [.. warnings, .. doubts.SelectMany(each => each.Of(applied))], application.Sequence)
        {
            Changes = changes,
        };
    }

    /// <summary>What the file asks for, where it can be had.</summary>
    /// <param name="given">Gets the services to which a port was given by this.</param>
    private async Task<(WorkspaceSpec Workspace, ImmutableArray<Diagnostic> Warnings)> ReadAsync(
        ApplyRequest request, List<(string Workspace, string Service)> given, CancellationToken ct)
    {
        var loaded = await LoadAsync(request, given, ct);
        var (workspace, warnings) = (loaded.Workspace!, loaded.Diagnostics);
        var names = workspace.Workloads.Select(workload => workload.Name).ToList();
        if (request.Services.Except(names).FirstOrDefault() is { } unknown)
        {
            throw new WorkloadException(UnknownService.Of(workspace.Name, unknown, names, loaded.LeftOut));
        }

        var faults = await manager.CheckAsync(workspace, ct);
        if (faults.Length > 0)
        {
            throw new ConfigurationException([.. warnings, .. faults.Select(found => Explain(loaded.View, found.Workload, found.Fault))]);
        }

        return (workspace, warnings);
    }

    /// <summary>What the host cannot do, at the place that asks for it.</summary>
    private static Diagnostic Explain(ConfigView? view, string workload, Fault fault)
    {
        var key = fault.Code == "limit-unenforceable" ? "limits" : "user";
        var place = view?.PlaceOf(["services", workload], key, WorkspaceFolder.FileName) ?? SourcePlace.Whole(WorkspaceFolder.FileName);
        return new Diagnostic(DiagnosticSeverity.Error, $"services.{workload}: {fault.Message}", place.File, place.Line, place.Column, fault.Remedy);
    }

    private async Task<LoadResult> LoadAsync(
        ApplyRequest request, List<(string Workspace, string Service)> given, CancellationToken ct)
    {
        var environment = request.Environment ?? OwnEnvironment.Read();
        var loaded = await WorkspaceLoader.LoadAsync(
            CanonicalPath.Of(request.Path),
            new LoadOptions { HomeId = home.Id, Environment = environment, Profiles = request.Profiles, StickyPort = request.DryRun ? ports.Foresee() : Give },
            ct);
        return loaded is { Workspace: not null, HasErrors: false }
            ? loaded
            : throw new ConfigurationException(loaded.Diagnostics);

        int Give(string workspace, string service, IReadOnlySet<int> named)
        {
            if (!ports.Has(workspace, service))
            {
                given.Add((workspace, service));
            }

            return ports.Get(workspace, service, named);
        }
    }
}
