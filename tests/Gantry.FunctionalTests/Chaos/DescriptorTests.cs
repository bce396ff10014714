using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>A guardian that may have no more files open: it starts nothing more, and keeps and ends what it has.</summary>
[Collection(Timed.Name)]
public sealed class DescriptorTests : GantryTest
{
    private const int Limit = 300;

    [Fact]
    public async Task At_its_limit_it_refuses_what_is_to_be_started_and_still_ends_everything()
    {
        Descriptors.Need();
        var limited = new Command("prlimit", string.Create(CultureInfo.InvariantCulture, $"--nofile={Limit}:{Limit}"), await Programs.GantryAsync(), "daemon", "start") { Environment = Home.Environment };
        (await limited.RunAsync(Ct)).ShouldExit(0);
        var workspace = await Home.LiveAsync(
            $"""
            [services.many]
            type     = "worker"
            command  = ["sleep", "3600"]
            replicas = 64

            [services.more]
            type     = "worker"
            command  = ["sleep", "3600"]
            replicas = 64
            """,
            Ct);
        await workspace.UpAsync(Ct, "--detach");
        await Eventually.PassesAsync(
            async () =>
            {
                var replicas = (await workspace.LookAsync(Ct))!.Services.SelectMany(service => service.Replicas).ToList();
                Assert.Contains(replicas, replica => replica.State == "backingOff");
                Assert.All(replicas, replica => Assert.True(replica.State is "backingOff" or "running", replica.ToString()));
            },
            Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        Assert.InRange((await Home.Processes.WorkloadsAsync()).Count, 20, 128);
        Assert.Contains("descriptors", (await workspace.LookAsync(Ct))!.ToString() + await File.ReadAllTextAsync(Home.File("daemon.log"), Ct), StringComparison.Ordinal);

        await workspace.DownAsync(Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
        Assert.Equal(guardian, await Home.Processes.GuardianAsync(Ct));
        Assert.DoesNotContain("is gone", await File.ReadAllTextAsync(Home.File("daemon.log"), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_single_one_left_it_still_tells_an_end_and_comes_back_to_the_rest()
    {
        Descriptors.Need();
        // What it leaves behind has its pipes, so that its end frees no descriptor before the guardian has looked.
        var workspace = await Home.LiveAsync(
            """
            [services.one]
            type    = "worker"
            command = ["sh", "-c", "sleep 3600 & exec sleep 3600"]
            restart = "never"

            [services.deaf]
            type    = "worker"
            command = ["sh", "-c", "trap '' TERM; sleep 3600 & wait; wait"]
            stop    = { grace = "500ms" }
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        var log = new FileInfo(Home.File("guardian.log"));
        var before = log.Length;
        await Descriptors.TakeAwayAsync(guardian, Ct);

        HostProcess.Find((await workspace.ServiceAsync("one", Ct)).Pid)!.Kill();
        await workspace.UntilAsync("one", one => !one.Ready && one.Reason.Contains("SIGKILL", StringComparison.Ordinal), Ct);
        using var stop = await workspace.StartAsync("stop", "deaf");
        await workspace.UntilStateAsync("deaf", "stopping", Ct);

        // It looks again and again, and says so once.
        await Eventually.IsTrueAsync(async () => (await File.ReadAllTextAsync(log.FullName, Ct)).Contains("Too many open files", StringComparison.Ordinal), "the guardian says what it lacks", Ct);
        await Descriptors.LimitAsync(guardian, 1000, Ct);
        await stop.ShouldEndAsync(0, Ct);
        await workspace.UntilStateAsync("one", "failed", Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
        Assert.Equal(guardian, await Home.Processes.GuardianAsync(Ct));
        log.Refresh();
        Assert.InRange(log.Length - before, 1, 16 << 10);
    }
}
