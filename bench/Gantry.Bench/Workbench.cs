using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Reports;
using Gantry.Bench.Scenarios;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench;

/// <summary>
/// What the scenarios work with: a temporary folder, a mark in the environment of all that is started, and the peers that
/// this machine has. When it is disposed of, nothing of it is left.
/// </summary>
internal sealed class Workbench : IAsyncDisposable
{
    private static readonly TimeSpan ScenarioPatience = TimeSpan.FromMinutes(8);

    /// <summary>Short, because paths of Unix sockets are.</summary>
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gb-");

    private int _folders;

    private Workbench(Options options) => Options = options;

    public Options Options { get; }

    /// <summary>By which every process of this run is found.</summary>
    public ImmutableDictionary<string, string> Mark => ImmutableDictionary<string, string>.Empty.Add("GANTRY_BENCH", _root.FullName);

    public static Workbench Create(Options options) => new(options);

    public string NewFolder(string name) => _root.CreateSubdirectory($"{name}{_folders++}").FullName;

    /// <summary>Gantry first, then each peer that is installed; none has started yet.</summary>
    /// <param name="gantrysLifetime">Of Gantry's workspaces; the peers know no such thing.</param>
    public IReadOnlyList<ISupervisor> Supervisors(string gantrysLifetime = "workspace")
    {
        var all = new List<ISupervisor> { new GantrySupervisor(this) { Lifetime = gantrysLifetime } };
        if (PeerProgram("pm2") is { } pm2)
        {
            all.Add(new Pm2Supervisor(this, pm2));
        }

        if (File.Exists("/usr/bin/supervisord"))
        {
            all.Add(new SupervisordSupervisor(this));
        }

        return all;
    }

    /// <summary>A program that npm installed for this run; null where it did not.</summary>
    public string? PeerProgram(string name) =>
        Options.Peers is { } folder && Path.Combine(folder, "node_modules", ".bin", name) is var path && File.Exists(path) ? path : null;

    /// <summary>The command of a process for the supervisors to run, which is this very program.</summary>
    public static Command Subject(params string[] arguments) => new(Environment.ProcessPath!, ["subject", .. arguments]);

    private static void Say(string text) => Console.Error.WriteLine(text);

    /// <summary>Measures one scenario, and sees to it that nothing of it is left. What goes wrong is part of the result.</summary>
    public async Task<ScenarioResult> MeasureAsync(Scenario scenario, CancellationToken ct)
    {
        Say($"== {scenario.Name}: {scenario.Title}");
        var began = TimeProvider.System.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(ScenarioPatience);
        ImmutableArray<Figure> figures = [];
        string? failure = null;
        try
        {
            figures = await scenario.MeasureAsync(this, patience.Token);
        }
        catch (Exception e)
        {
            // Whatever a contestant did or answered: it must not take with it what was measured before.
            var cause = e is MeasuringException or OperationCanceledException or IOException or HttpRequestException ? e.Message : $"{e.GetType().Name}: {e.Message}";
            failure = $"{scenario.Name}: {cause}";
            Say($"   failed: {cause}");
        }

        var left = KillLeftovers();
        failure ??= left.Length > 0 ? $"{scenario.Name}: left running and killed: {left}" : null;
        Say($"   {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        return new ScenarioResult(figures, failure);
    }

    public ValueTask DisposeAsync()
    {
        KillLeftovers();
        _root.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends what carries this run's mark, and nothing else.</summary>
    private string KillLeftovers()
    {
        var left = LiveProcess.WithEnvironment($"GANTRY_BENCH={_root.FullName}");
        foreach (var pid in left)
        {
            LiveProcess.Kill(pid);
        }

        return string.Join(", ", left);
    }
}
