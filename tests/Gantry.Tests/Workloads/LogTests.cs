using System.Text;
using Gantry.Workloads;
using Gantry.Workloads.Logs;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class LogTests : IDisposable
{
    private static readonly InstanceId Id = new("w", "api", 0);

    private readonly string _path = Directory.CreateTempSubdirectory("gantry-logs-").FullName;
    private readonly HomeFolder _home;

    public LogTests() => _home = HomeFolder.Open(_path);

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task Lines_keep_their_stream_text_and_order()
    {
        using (var writer = Writer())
        {
            writer.Append(LogStream.Stdout, "one"u8, whole: true);
            writer.Append(LogStream.Stderr, ""u8, whole: true);
            writer.Append(LogStream.Stdout, "dos\r"u8, whole: true);
            writer.Remark("exited with 1\nindeed");
            Assert.True(writer.Flush());
        }

        var lines = await ReadAsync(new LogQuery { Workspace = "w" });
        Assert.Equal(
            [(LogStream.Stdout, "one"), (LogStream.Stderr, ""), (LogStream.Stdout, "dos"), (LogStream.Gantry, "exited with 1 indeed")],
            lines.Select(line => (line.Stream, line.Text)));
    }

    [Fact]
    public async Task A_line_written_in_parts_is_read_as_one_even_between_lines_of_the_other_stream()
    {
        using (var writer = Writer())
        {
            writer.Append(LogStream.Stdout, "be"u8, whole: false);
            writer.Append(LogStream.Stderr, "between"u8, whole: true);
            writer.Append(LogStream.Stdout, "gin"u8, whole: false);
            writer.Append(LogStream.Stdout, ""u8, whole: true);
            writer.Flush();
        }

        Assert.Equal(["between", "begin"], (await ReadAsync(new LogQuery { Workspace = "w" })).Select(line => line.Text));
    }

    [Fact]
    public async Task A_line_that_has_no_end_yet_is_shown_to_who_does_not_follow()
    {
        using var writer = Writer();
        writer.Append(LogStream.Stdout, "Password: "u8, whole: false);
        writer.Flush();
        Assert.Equal("Password: ", Assert.Single(await ReadAsync(new LogQuery { Workspace = "w" })).Text);
    }

    [Fact]
    public async Task Rotation_keeps_the_newest_segments_and_reads_across_them()
    {
        using (var writer = Writer(new LogRotation(10_000, 3)))
        {
            WriteNumbered(writer, 0, 2000);
        }

        var segments = LogSegments.List(_home.LogsOf(Id));
        Assert.Equal(3, segments.Count);
        Assert.All(segments, number => Assert.True(new FileInfo(LogSegments.PathOf(_home.LogsOf(Id), number)).Length <= 10_000));
        var numbers = (await ReadAsync(new LogQuery { Workspace = "w" })).Select(line => int.Parse(line.Text)).ToList();
        Assert.Equal(1999, numbers[^1]);
        Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(700)]
    [InlineData(5000)]
    public async Task The_tail_is_the_last_lines_over_any_number_of_segments(int count)
    {
        using (var writer = Writer(new LogRotation(10_000, 50)))
        {
            WriteNumbered(writer, 0, 2000);
        }

        var numbers = (await ReadAsync(new LogQuery { Workspace = "w", Tail = count })).Select(line => int.Parse(line.Text));
        Assert.Equal(Enumerable.Range(Math.Max(0, 2000 - count), Math.Min(2000, count)), numbers);
    }

    [Fact]
    public async Task A_follower_gets_every_line_once_over_rotations_while_they_are_written()
    {
        using var writer = Writer(new LogRotation(20_000, 1000));
        WriteNumbered(writer, 0, 10);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var seen = new List<int>();
        var begun = new TaskCompletionSource();
        var following = Task.Run(
            async () =>
            {
                await foreach (var line in Store().ReadAsync(new LogQuery { Workspace = "w", Tail = 5, Follow = true }, stop.Token))
                {
                    seen.Add(int.Parse(line.Text));
                    begun.TrySetResult();
                    if (seen.Count == 5 + 3000)
                    {
                        return;
                    }
                }
            },
            stop.Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        for (var i = 10; i < 3010; i += 100)
        {
            WriteNumbered(writer, i, 100);
            await Task.Yield();
        }

        await following.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(5, 3005), seen);
    }

    [Fact]
    public void A_reader_who_is_too_slow_is_told_of_the_gap()
    {
        using var writer = Writer(new LogRotation(5_000, 2));
        WriteNumbered(writer, 0, 10);
        var tail = new LogTail(_home.LogsOf(Id), Id, default);
        tail.Read();
        WriteNumbered(writer, 10, 2000);
        var next = tail.Read();
        Assert.Equal(LogStream.Gantry, next[0].Stream);
        Assert.Contains("rotated away", next[0].Text);
    }

    [Fact]
    public async Task Lines_of_several_services_come_merged_by_time()
    {
        var other = new InstanceId("w", "web", 0);
        using (var api = Writer())
        using (var web = new LogWriter(_home.LogsOf(other), LogRotation.Default, TimeProvider.System))
        {
            for (var i = 0; i < 5; i++)
            {
                api.Append(LogStream.Stdout, Encoding.UTF8.GetBytes($"api {i}"), whole: true);
                await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, TestContext.Current.CancellationToken);
                web.Append(LogStream.Stdout, Encoding.UTF8.GetBytes($"web {i}"), whole: true);
                await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, TestContext.Current.CancellationToken);
            }

            api.Flush();
            web.Flush();
        }

        var texts = (await ReadAsync(new LogQuery { Workspace = "w" })).Select(line => line.Text).ToList();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{(i % 2 == 0 ? "api" : "web")} {i / 2}"), texts);
        Assert.All(await ReadAsync(new LogQuery { Workspace = "w", Workloads = ["web"] }), line => Assert.Equal("web", line.Workload));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_and_foreign_lines_do_no_harm()
    {
        using (var writer = Writer())
        {
            writer.Append(LogStream.Stdout, [0xff, 0x00, 0x41], whole: true);
            writer.Flush();
        }

        await File.AppendAllTextAsync(LogSegments.PathOf(_home.LogsOf(Id), 1), "no record\n\n", TestContext.Current.CancellationToken);
        Assert.Equal("\ufffd\0A", Assert.Single(await ReadAsync(new LogQuery { Workspace = "w" })).Text);
    }

    [Fact]
    public async Task What_a_killed_writer_left_in_part_is_not_gone_on_with()
    {
        using (var writer = Writer())
        {
            writer.Append(LogStream.Stdout, "whole"u8, whole: true);
            writer.Flush();
        }

        await File.AppendAllTextAsync(LogSegments.PathOf(_home.LogsOf(Id), 1), "2026-11-21T08:00:00.123Z stdout F hal", TestContext.Current.CancellationToken);
        using (var writer = Writer())
        {
            writer.Append(LogStream.Gantry, "started"u8, whole: true);
            writer.Flush();
        }

        Assert.Equal(["whole", "started"], (await ReadAsync(new LogQuery { Workspace = "w" })).Select(line => line.Text));
    }

    [Fact]
    public async Task What_a_killed_writer_left_of_a_line_is_not_gone_on_with_by_the_next_run()
    {
        using (var writer = Writer())
        {
            writer.Append(LogStream.Stdout, "half "u8, whole: false);
            writer.Append(LogStream.Stderr, "other "u8, whole: false);
            writer.Flush();
        }

        using (var writer = Writer())
        {
            writer.Remark("started, pid 4711");
            writer.Append(LogStream.Stdout, "ha"u8, whole: false);
            writer.Remark("ready: its output matches ha");
            writer.Append(LogStream.Stdout, "lf and rest"u8, whole: true);
            writer.Flush();
        }

        Assert.Equal(
            ["half ", "other ", "started, pid 4711", "ready: its output matches ha", "half and rest"],
            (await ReadAsync(new LogQuery { Workspace = "w" })).Select(line => line.Text));
    }

    private static void WriteNumbered(LogWriter writer, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            writer.Append(LogStream.Stdout, Encoding.UTF8.GetBytes(i.ToString()), whole: true);
            if (i % 10 == 9)
            {
                Assert.True(writer.Flush());
            }
        }

        Assert.True(writer.Flush());
    }

    private LogWriter Writer(LogRotation? rotation = null) => new(_home.LogsOf(Id), rotation ?? LogRotation.Default, TimeProvider.System);

    private LogStore Store() => new(_home, TimeProvider.System);

    private async Task<List<LogLine>> ReadAsync(LogQuery query)
    {
        var lines = new List<LogLine>();
        await foreach (var line in Store().ReadAsync(query, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        return lines;
    }
}
