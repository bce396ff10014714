using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>The processes of a home, told apart by what they are, from the outside.</summary>
internal sealed class HomeProcesses(GantryHome home)
{
    /// <summary>What the daemon's end, or a guardian's, may take: the sentence of the design, section 6.1.</summary>
    public static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(2);

    /// <summary>The daemon that answers.</summary>
    public async Task<HostProcess> DaemonAsync(CancellationToken ct) => await ReportedAsync("pid", ct);

    /// <summary>The daemon as the process list shows it, whether it answers yet or not; null where none is there.</summary>
    public HostProcess? Daemon() => home.Survivors.Processes().FirstOrDefault(process => IsGantry(process) && process.CommandLine.Contains(" serve", StringComparison.Ordinal));

    /// <summary>The guardian as the process list shows it; null where none is there.</summary>
    public HostProcess? Guardian() => home.Survivors.Processes().FirstOrDefault(process => IsGantry(process) && process.CommandLine.Contains(" guardian ", StringComparison.Ordinal));

    /// <summary>The guardian that the daemon names.</summary>
    public async Task<HostProcess> GuardianAsync(CancellationToken ct) => await ReportedAsync("guardian", ct);

    /// <summary>Waits until the daemon names another guardian than this one, which it does as soon as it has noticed the loss.</summary>
    public async Task<HostProcess> NextGuardianAsync(HostProcess lost, CancellationToken ct)
    {
        var next = lost;
        await Eventually.PassesAsync(
            async () =>
            {
                next = await GuardianAsync(ct);
                Assert.NotEqual(lost, next);
            },
            ct);
        return next;
    }

    /// <summary>Everything that the home's workspaces run, and all that these started in their turn.</summary>
    public Task<IReadOnlyList<HostProcess>> WorkloadsAsync() => Task.FromResult<IReadOnlyList<HostProcess>>(
        // A start in progress is a copy of the guardian for a moment, and a command of the test's own is none of the home's.
        [.. home.Survivors.Processes().Where(process => !IsGantry(process) && process.Parent != Environment.ProcessId)]);

    /// <summary>Those among them whose arguments carry the home's marker, such as grandchildren that left everything else behind.</summary>
    public async Task<IReadOnlyList<HostProcess>> MarkedAsync() =>
        [.. (await WorkloadsAsync()).Where(process => process.CommandLine.Contains("hold " + home.Marker, StringComparison.Ordinal))];

    /// <summary>Waits until so many marked grandchildren are there.</summary>
    public Task UntilMarkedAsync(int count, CancellationToken ct) =>
        Eventually.IsTrueAsync(async () => (await MarkedAsync()).Count == count, $"there are {count} detached grandchildren", ct);

    /// <summary>Waits until all of them have ended, which must not take longer than the limit, counted from now.</summary>
    public static Task GoneAsync(IReadOnlyCollection<HostProcess> processes, TimeSpan limit, CancellationToken ct) => Eventually.PassesAsync(
        () =>
        {
            var left = processes.Where(process => process.IsAlive()).ToList();
            Assert.True(left.Count == 0, "still there:\n  " + string.Join("\n  ", left));
            return Task.CompletedTask;
        },
        ct,
        limit);

    /// <summary>Waits until the home runs nothing of any workspace any more, which must not take longer than the limit.</summary>
    public Task NoneAsync(TimeSpan limit, CancellationToken ct) => Eventually.PassesAsync(
        async () =>
        {
            var left = await WorkloadsAsync();
            Assert.True(left.Count == 0, "still there:\n  " + string.Join("\n  ", left));
        },
        ct,
        limit);

    /// <summary>Of whatever build.</summary>
    private static bool IsGantry(HostProcess process) => process.CommandLine.Split(' ', 2)[0].EndsWith("/gantry", StringComparison.Ordinal);

    private async Task<HostProcess> ReportedAsync(string name, CancellationToken ct)
    {
        var report = await home.Client.GetAsync("/api/doctor", ct);
        var pid = report.GetProperty("daemon").GetProperty(name);
        Assert.True(pid.ValueKind == System.Text.Json.JsonValueKind.Number, $"the doctor names no daemon.{name}: {report}");
        var process = HostProcess.Find(pid.GetInt32());
        Assert.True(process is not null, $"daemon.{name} is {pid}, which does not run");
        return process;
    }
}
