using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>
/// Daemons that a service brings about. One that a command started is nobody's part, of this home or of another; one that
/// runs in the foreground as the service itself ends with it.
/// </summary>
[Collection(Timed.Name)]
public sealed class NestedDaemonTests : GantryTest
{
    private const string Worker =
        """
        [services.w]
        type    = "worker"
        command = ["sleep", "3600"]

        """;

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task The_same_homes_next_daemon_outlives_the_service_that_started_it(string controlGroups)
    {
        UseControlGroups(controlGroups);
        var workspace = await Home.LiveAsync(await ServiceAsync("while [ ! -e go ]; do sleep 0.1; done; \"$0\" daemon start; exec sleep 3600"), Ct);
        await workspace.UpAsync(Ct);
        var first = await Home.Processes.DaemonAsync(Ct);
        first.Kill();
        await HomeProcesses.GoneAsync([first], Eventually.Deadline, Ct);
        await workspace.Files.WriteAsync("go", "", Ct);
        await Eventually.IsTrueAsync(() => Home.Client.IsReadyAsync(Ct), "the service's daemon answers", Ct);
        var second = await Home.Processes.DaemonAsync(Ct);
        if (controlGroups == "auto")
        {
            Assert.DoesNotContain("/gantry-", await File.ReadAllTextAsync($"/proc/{second.Pid}/cgroup", Ct), StringComparison.Ordinal);
        }

        await workspace.DoAsync(Ct, "stop", "s");
        Assert.Equal(second.Pid, (await Home.Processes.DaemonAsync(Ct)).Pid);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task Another_homes_daemon_and_what_it_runs_outlive_the_home_whose_service_started_it(string controlGroups)
    {
        UseControlGroups(controlGroups);
        await using var other = Other();
        var theirs = await other.LiveAsync(Worker, Ct);
        var mine = await Home.LiveAsync(await ServiceAsync($"cd '{theirs.Folder}' && GANTRY_HOME='{other.Path}' \"$0\" up; exec sleep 3600"), Ct);
        await mine.UpAsync(Ct);
        await Eventually.IsTrueAsync(() => other.Client.IsReadyAsync(Ct), "the other home's daemon answers", Ct);
        await Eventually.PassesAsync(async () => Assert.True((await theirs.LookAsync(Ct))?["w"].Ready), Ct);
        var all = await KeepersAndWorkloadsAsync(other);

        var guardian = await Home.Processes.GuardianAsync(Ct);
        await mine.DownAsync(Ct);
        (await Home.Cli.RunAsync(["daemon", "stop"], Ct)).ShouldExit(0);
        await HomeProcesses.GoneAsync([guardian], HomeProcesses.EndsWithin, Ct);
        Assert.All(all, process => Assert.True(process.IsAlive(), $"{process} is of the other home"));
        Assert.True((await theirs.ServiceAsync("w", Ct)).Ready);
        Assert.Equal(["gantry", "gantry"], all.Where(process => process.Variable("GANTRY_INDEPENDENT") is not null).Select(process => Path.GetFileName(process.CommandLine.Split(' ')[0])));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task A_process_that_only_pretends_to_be_a_daemon_ends_with_its_service(string controlGroups)
    {
        UseControlGroups(controlGroups);
        var workspace = await Home.LiveAsync(
            """
            [services.s]
            type    = "worker"
            command = "export GANTRY_INDEPENDENT=1; sleep 3600 & setsid sleep 3600 & (setsid -f sleep 3600); wait"
            """,
            Ct);
        await workspace.UpAsync(Ct);
        await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count(process => process.CommandLine == "sleep 3600") >= 3, "all are started", Ct);
        var all = await Home.Processes.WorkloadsAsync();
        await workspace.DoAsync(Ct, "stop", "s");
        Assert.All(all, process => Assert.False(process.IsAlive(), $"{process} belongs to the service"));
    }

    /// <summary>The daemon is the child of a command that waits for it, and which the service's end takes along.</summary>
    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task Another_homes_daemon_outlives_the_service_whose_command_still_waits_for_it(string controlGroups)
    {
        UseControlGroups(controlGroups);
        await using var other = Other();
        var theirs = await other.LiveAsync(Worker + "health = { log = \"never said\" }\n", Ct);
        var mine = await Home.LiveAsync(await ServiceAsync($"cd '{theirs.Folder}' && GANTRY_HOME='{other.Path}' exec \"$0\" up"), Ct);
        await mine.UpAsync(Ct);
        await Eventually.IsTrueAsync(() => other.Client.IsReadyAsync(Ct), "the other home's daemon answers", Ct);
        await Eventually.PassesAsync(async () => Assert.Equal("running", (await theirs.LookAsync(Ct))?["w"].State), Ct);
        var all = await KeepersAndWorkloadsAsync(other);
        Assert.Equal((await mine.ServiceAsync("s", Ct)).Pid, (await other.Processes.DaemonAsync(Ct)).Parent);

        await mine.DoAsync(Ct, "stop", "s");
        Assert.All(all, process => Assert.True(process.IsAlive(), $"{process} is of the other home"));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task A_daemon_in_the_foreground_is_a_process_of_its_service_and_ends_with_all_that_it_runs(string controlGroups)
    {
        UseControlGroups(controlGroups);
        await using var other = Other();
        var theirs = await other.LiveAsync(Worker, Ct);
        var mine = await Home.LiveAsync(await ServiceAsync($"GANTRY_HOME='{other.Path}' exec \"$0\" serve"), Ct);
        await mine.UpAsync(Ct);
        await Eventually.IsTrueAsync(() => other.Client.IsReadyAsync(Ct), "the other home's daemon answers", Ct);
        await theirs.UpAsync(Ct);
        var all = await KeepersAndWorkloadsAsync(other);

        await mine.DoAsync(Ct, "stop", "s");
        Assert.All(all, process => Assert.False(process.IsAlive(), $"{process} belongs to the service"));
    }

    private static async Task<IReadOnlyList<HostProcess>> KeepersAndWorkloadsAsync(GantryHome home) =>
        [await home.Processes.DaemonAsync(Ct), await home.Processes.GuardianAsync(Ct), .. await home.Processes.WorkloadsAsync()];

    private static async Task<string> ServiceAsync(string script) =>
        $$"""
        [services.s]
        type    = "worker"
        command = ["sh", "-c", '''{{script}}''', "{{await Programs.GantryAsync()}}"]
        """;

    private void UseControlGroups(string mode)
    {
        Home.Environment["GANTRY_CGROUPS"] = mode;
        if (mode == "auto")
        {
            Needs.ControlGroups();
        }
    }

    private GantryHome Other()
    {
        var other = GantryHome.Create();
        other.Environment["GANTRY_CGROUPS"] = Home.Environment["GANTRY_CGROUPS"];
        return other;
    }
}
