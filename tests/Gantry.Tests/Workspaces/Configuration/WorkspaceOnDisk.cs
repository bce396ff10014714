using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Workloads;
using Gantry.Workloads.Native;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

/// <summary>A temporary folder with a workspace in it, gone when the test is.</summary>
internal sealed class WorkspaceOnDisk : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("gantry-test-").FullName;

    public WorkspaceOnDisk(string toml, string folder = "shop")
    {
        Folder = CanonicalPath.Of(Directory.CreateDirectory(Path.Combine(_parent, folder)).FullName);
        Write(WorkspaceFolder.FileName, toml);
    }

    public string Folder { get; }

    public Dictionary<string, string> Environment { get; } = new() { ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "", ["HOME"] = "/home/somebody" };

    public Dictionary<string, int> StickyPorts { get; } = [];

    public List<string> Profiles { get; } = [];

    /// <summary>The services whose sticky port was asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public void Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public Task<LoadResult> LoadAsync() => WorkspaceLoader.LoadAsync(
        Folder,
        new LoadOptions
        {
            HomeId = "test",
            Environment = Environment.ToImmutableDictionary(),
            Profiles = [.. Profiles],
            StickyPort = (_, service, _) =>
            {
                Asked.Add(service);
                return StickyPorts.GetValueOrDefault(service, 20000);
            },
            Time = Time,
        },
        TestContext.Current.CancellationToken);

    /// <summary>The workspace; a test that expects one fails with the diagnostics where there is none.</summary>
    public async Task<WorkspaceSpec> SpecAsync()
    {
        var result = await LoadAsync();
        Assert.True(result.Workspace is not null, string.Join('\n', result.Diagnostics));
        return result.Workspace;
    }

    public async Task<WorkloadSpec> ServiceAsync(string name) => (await SpecAsync()).Workloads.Single(workload => workload.Name == name);

    /// <summary>What is wrong, one line each, with the folder's own path taken out.</summary>
    public async Task<string> FaultsAsync() => string.Concat((await LoadAsync()).Diagnostics.Select(d => $"{d}\n")).Replace(Folder, "<folder>", StringComparison.Ordinal);

    /// <summary>The only fault there is, without place and severity.</summary>
    public async Task<Diagnostic> FaultAsync() => Assert.Single((await LoadAsync()).Diagnostics);

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
