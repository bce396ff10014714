using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>A home on a small disk of its own, which is full. The issue, item 6: back-pressure and then a counted gap, never a crash.</summary>
[Collection(Timed.Name)]
public sealed partial class FullDiskTests : GantryTest
{
    private const int LineLength = 100;

    private static string Neighbour =>
        $$"""
        [services.neighbour]
        command = {{TestWorkspace.Run("serve")}}
        health  = { http = "/health", interval = "500ms" }

        """;

    private static string Counter =>
        $$"""
        [services.counter]
        type    = "worker"
        command = {{TestWorkspace.Run("spam", "--bytes-per-second", "1MB", "--line-length", "100")}}
        """;

    private string Ballast => Home.File("logs/ballast");

    [Fact]
    public async Task Output_waits_and_then_has_one_counted_gap_and_everything_else_runs_on()
    {
        await MountAsync();
        var workspace = await Home.LiveAsync(Neighbour + Counter, Ct);
        await workspace.UpAsync(Ct);
        var before = await workspace.StatusAsync(Ct);
        HostProcess[] keepers = [await Home.Processes.DaemonAsync(Ct), await Home.Processes.GuardianAsync(Ct)];
        Fill();

        // Held back first: what the writer has written is in its pipe and in the log, and it gets no further.
        var counter = HostProcess.Find(before["counter"].Pid)!;
        await Eventually.IsTrueAsync(async () => await IsHeldBackAsync(counter), "the writer has to wait", Ct);
        Assert.Equal(before["neighbour"].Pid, (await workspace.AskAsync("neighbour", "/", Ct)).Number("pid"));
        // Not for ever: once its output is let go it moves again.
        await Eventually.IsTrueAsync(async () => !await IsHeldBackAsync(counter), "the writer goes on", Ct);

        Assert.Equal(before.Pids, (await workspace.StatusAsync(Ct)).Pids);
        await workspace.UntilAllReadyAsync(Ct);
        File.Delete(Ballast);
        var gap = await GapAsync(workspace);
        var known = (await workspace.OutputAsync("counter", Ct)).Count;
        await Eventually.IsTrueAsync(async () => (await workspace.OutputAsync("counter", Ct)).Count > known + 1000, "the log grows again", Ct);

        // Every line is either there or counted; at both ends of the gap a line may have been cut.
        var numbers = Numbers(await workspace.OutputAsync("counter", Ct));
        var missing = Enumerable.Range(1, numbers[^1]).Except(numbers).ToList();
        Assert.Equal(missing.Count, missing[^1] - missing[0] + 1);
        Assert.InRange(missing.Count, gap, gap + 1);
        Assert.All(keepers, keeper => Assert.True(keeper.IsAlive(), $"{keeper}"));
        Assert.Equal(before.Pids, (await workspace.StatusAsync(Ct)).Pids);
    }

    [Fact]
    public async Task Room_that_is_made_in_time_leaves_no_gap()
    {
        await MountAsync();
        var workspace = await Home.LiveAsync(Counter, Ct);
        await workspace.UpAsync(Ct);
        var counter = HostProcess.Find((await workspace.ServiceAsync("counter", Ct)).Pid)!;
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            Fill();
            await Eventually.IsTrueAsync(async () => await IsHeldBackAsync(counter), "the writer has to wait", Ct);
            File.Delete(Ballast);
            await Eventually.IsTrueAsync(async () => !await IsHeldBackAsync(counter), "the writer goes on", Ct);
        }

        var numbers = Numbers(await workspace.OutputAsync("counter", Ct));

        // After many rounds the oldest have been rotated away.
        Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
        Assert.True(numbers[0] == 1 || Rounds.Of(1) > 1, $"it begins at {numbers[0]}");
    }

    [Fact]
    public async Task A_change_that_cannot_be_saved_is_refused_with_cause_place_and_next_step()
    {
        await MountAsync();
        var workspace = await Home.LiveAsync(Neighbour, Ct);
        await workspace.UpAsync(Ct);
        var before = await workspace.StatusAsync(Ct);
        Fill();
        await workspace.Files.WriteAsync(Neighbour + Counter, Ct);
        var up = await workspace.RunAsync(Ct, "up");
        Assert.True(up.ExitCode is 1 or 75, up.ToString());
        Assert.Contains(Home.Path, up.Stderr, StringComparison.Ordinal);
        Assert.Contains("No space left", up.Stderr, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("room", up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", up.Stderr, StringComparison.Ordinal);
        Assert.Equal(before.Pids, (await workspace.StatusAsync(Ct)).Pids);

        File.Delete(Ballast);
        await workspace.UpAsync(Ct);
        Assert.Equal(before["neighbour"].Pid, (await workspace.ServiceAsync("neighbour", Ct)).Pid);
        await workspace.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task The_next_daemon_adopts_what_runs_although_nothing_can_be_written()
    {
        await MountAsync();
        var workspace = await Home.LiveAsync(Neighbour + Counter, Ct);
        await workspace.UpAsync(Ct);
        var before = await workspace.StatusAsync(Ct);
        Fill();
        (await Home.Processes.DaemonAsync(Ct)).Kill();
        (await Home.Cli.RunAsync(["daemon", "start"], Ct)).ShouldExit(0);
        Assert.Equal(before.Pids, (await workspace.StatusAsync(Ct)).Pids);
        await workspace.UntilAllReadyAsync(Ct);
        Assert.Equal(before["neighbour"].Pid, (await workspace.AskAsync("neighbour", "/", Ct)).Number("pid"));
    }

    [Fact]
    public async Task Down_works_on_a_full_disk()
    {
        await MountAsync();
        var workspace = await Home.LiveAsync(Neighbour + Counter, Ct);
        await workspace.UpAsync(Ct);
        Fill();
        await workspace.DownAsync(Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
        Assert.Null(await workspace.IdAsync(Ct));
    }

    /// <summary>Puts the home on a disk of its own, in memory.</summary>
    private async Task MountAsync()
    {
        Needs.Root();
        Needs.Tool("mount");
        Directory.CreateDirectory(Home.Path);
        File.SetUnixFileMode(Home.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var mount = await new Command("mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "gantry-test", Home.Path).RunAsync(Ct);
        Assert.SkipUnless(mount.ExitCode == 0, $"no disk can be mounted on this host: {mount.Stderr.Trim()}");
        Home.Closing.Add(async ct => (await new Command("umount", Home.Path).RunAsync(ct)).ShouldExit(0));
        Home.Emptying = () =>
        {
            if (File.Exists(Ballast))
            {
                File.Delete(Ballast);
            }
        };
    }

    /// <summary>Takes what room there is, to the last byte.</summary>
    private void Fill()
    {
        var piece = new byte[1 << 20];
        using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = piece.Length; size > 0;)
        {
            try
            {
                ballast.Write(piece, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    /// <summary>Whether a writer stays where it is: it writes some twenty times a second when it can.</summary>
    private static async Task<bool> IsHeldBackAsync(HostProcess writer)
    {
        var before = Written(writer);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Ct);
        return Written(writer) == before;
    }

    private static string Written(HostProcess process) => File.ReadLines($"/proc/{process.Pid}/io").First(line => line.StartsWith("wchar:", StringComparison.Ordinal));

    /// <returns>How many lines the log says were lost.</returns>
    private static async Task<int> GapAsync(LiveWorkspace workspace)
    {
        string? remark = null;
        await Eventually.PassesAsync(
            async () =>
            {
                var remarks = LiveWorkspace.Lines((await workspace.DoAsync(Ct, "logs", "counter", "--no-prefix", "--stream", "gantry")).Stdout);
                remark = Assert.Single(remarks, Lost().IsMatch);
                Assert.Contains("No space left", remark, StringComparison.OrdinalIgnoreCase);
            },
            Ct);
        return int.Parse(Lost().Match(remark!).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static List<int> Numbers(IReadOnlyList<string> lines) =>
        [.. lines.Where(line => line.Length == LineLength - 1 && char.IsAsciiDigit(line[0])).Select(line => int.Parse(line.AsSpan(0, 12), CultureInfo.InvariantCulture))];

    [GeneratedRegex("^([0-9]+) lines .*lost")]
    private static partial Regex Lost();
}
