using System.Collections.Immutable;
using System.Runtime.Versioning;
using Gantry.Cli;
using Gantry.Cli.Commands;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Workloads;
using Gantry.Workloads.Native;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class SmallThingsTests
{
    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(12.4, "12 ms")]
    [InlineData(999.4, "999 ms")]
    [InlineData(999.6, "1.0 s")]
    [InlineData(2_449, "2.4 s")]
    [InlineData(59_949, "59.9 s")]
    [InlineData(59_951, "1 min 0 s")]
    [InlineData(59_999.9, "1 min 0 s")]
    [InlineData(60_000, "1 min 0 s")]
    [InlineData(185_000, "3 min 5 s")]
    [InlineData(7_800_000, "2 h 10 min")]
    [InlineData(90_000_000, "1 d 1 h")]
    public void A_length_of_time_is_shown_no_more_exactly_than_anybody_needs(double milliseconds, string expected) =>
        Assert.Equal(expected, Elapsed.Show(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Since_is_a_length_of_time_or_a_time()
    {
        Assert.Null(LogsCommand.ParseSince(null, Samples.Noon));
        Assert.Equal(Samples.Noon.AddMinutes(-90), LogsCommand.ParseSince("1h30m", Samples.Noon));
        Assert.Equal(Samples.Noon, LogsCommand.ParseSince("2026-03-01T12:00:00Z", Samples.Noon));
        Assert.Equal("bad-time", Assert.Throws<CliException>(() => LogsCommand.ParseSince("yesterday", Samples.Noon)).Problem.Code);
    }

    [Theory]
    [InlineData("exit", 0, true, 0)]
    [InlineData("exit", 3, true, 3)]
    [InlineData("ready", null, true, 0)]
    [InlineData("ready", null, false, 1)]
    [InlineData("exit", 0, false, 1)]
    public void Wait_ends_with_the_exit_that_it_waited_for(string goal, int? exit, bool satisfied, int expected)
    {
        ImmutableArray<WaitReport> reports = [new WaitReport("a", true, false, "", 0), new WaitReport("b", satisfied, false, "", exit)];
        Assert.Equal(expected, WaitCommand.ExitCode(reports, goal));
    }

    [Fact]
    public void The_end_of_a_log_is_read_without_its_beginning()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, Enumerable.Range(0, 100_000).Select(number => $"line {number} of a log that is longer than anybody reads"));
            Assert.Equal(["line 99998", "line 99999"], LogFile.LastLines(path, 2).Lines.Select(line => string.Join(' ', line.Split(' ').Take(2))));
            File.WriteAllText(path, "only\n");
            Assert.Equal(["only"], LogFile.LastLines(path, 5).Lines);
            Assert.Empty(LogFile.LastLines(path, 0).Lines);
            Assert.Empty(LogFile.LastLines(path + ".none", 5).Lines);
            File.AppendAllText(path, "a last word");
            Assert.Equal(["only", "a last word"], LogFile.LastLines(path, 5).Lines);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Written byte by byte, and at the worst moment: half a line is there when the end is read.</summary>
    [Fact]
    public async Task A_log_is_followed_from_where_its_end_was_read_without_a_gap_and_without_half_a_character()
    {
        const string Rest = "rle: a \u00fc, a \u20ac and a \ud83d\udc1c\nand one more\n";
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "first\npea", TestContext.Current.CancellationToken);
            var (lines, end) = LogFile.LastLines(path, 100, onlyWhole: true);
            Assert.Equal(["first"], lines);
            var left = new Queue<byte>(System.Text.Encoding.UTF8.GetBytes(Rest));
            Append();
            var read = "";
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
            await foreach (var piece in LogFile.FollowAsync(path, end, new HastyTime(), patience.Token))
            {
                read += piece;
                if (left.Count == 0)
                {
                    break;
                }

                Append();
            }

            Assert.Equal("pea" + Rest, read);

            void Append()
            {
                using var file = new FileStream(path, FileMode.Append);
                file.WriteByte(left.Dequeue());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_detached_process_writes_to_its_log_and_tells_how_it_ended()
    {
        var log = Path.GetTempFileName();
        try
        {
            var environment = new Dictionary<string, string> { ["WORD"] = "hello" };
            var process = DetachedProcess.Start("/bin/sh", ["sh", "-c", "echo $WORD $(pwd); echo $HOME >&2; exit 3"], environment, log);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
            while (process.FindExit() is null)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
            }

            Assert.Equal(3, process.FindExit());
            Assert.Equal("hello /\n\n", await File.ReadAllTextAsync(log, patience.Token));
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_program_that_is_not_there_cannot_be_started_detached()
    {
        var log = Path.GetTempFileName();
        var error = Assert.Throws<IOException>(() => DetachedProcess.Start("/no/such/program", ["program"], [], log));
        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
        File.Delete(log);
    }

    [Fact]
    public void An_id_of_a_workspace_is_twelve_digits_of_home_and_folder()
    {
        var id = WorkspaceId.Of("home", "/srv/shop");
        Assert.Matches("^[0-9a-f]{12}$", id);
        Assert.Equal(id, WorkspaceId.Of("home", "/srv/shop"));
        string[] others = [WorkspaceId.Of("home", "/srv/shop2"), WorkspaceId.Of("home2", "/srv/shop"), WorkspaceId.Of("hom", "e/srv/shop"), WorkspaceId.Of("home", "/srv/sh\u00f6p")];
        Assert.Equal(others.Length + 1, others.Append(id).Distinct().Count());
    }

    [Fact]
    public void Ids_of_many_folders_do_not_meet() =>
        Assert.Equal(100_000, Enumerable.Range(0, 100_000).Select(number => WorkspaceId.Of("0123456789abcdef", $"/srv/team/project-{number}")).Distinct().Count());

    [Theory]
    [InlineData(true, "xterm", null, true)]
    [InlineData(true, "xterm", "", true)]
    [InlineData(true, "xterm", "1", false)]
    [InlineData(true, "dumb", null, false)]
    [InlineData(true, null, null, false)]
    [InlineData(false, "xterm", null, false)]
    public void Colours_go_to_terminals_that_want_them(bool isTerminal, string? term, string? noColour, bool expected) =>
        Assert.Equal(expected, Terminal.WantsColours(isTerminal, name => name switch { "TERM" => term, "NO_COLOR" => noColour, _ => null }));

    /// <summary>Waits a hundredth of what it is told to.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, dueTime / 100, period);
    }
}
