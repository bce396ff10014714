using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gantry.Cli;
using Gantry.Cli.Commands;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Progress;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Cli;

/// <summary>The client against a socket that answers what a daemon would, or would not.</summary>
public sealed class DaemonClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gc").FullName;
    private readonly HomeFolder _home;
    private readonly DaemonClient _client;

    public DaemonClientTests()
    {
        _home = HomeFolder.Open(_folder);
        _client = new DaemonClient(_home, TimeProvider.System);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Where_nobody_listens_there_is_no_daemon()
    {
        await Assert.ThrowsAsync<NoDaemonException>(() => _client.GetVersionAsync(Ct));
        Assert.Null(UnixConnection.Get(_home.Socket, "/", ""));
    }

    [Fact]
    public async Task A_question_says_which_build_asks()
    {
        var asked = ServeAsync(Json("""{"version":"1","pid":7,"home":"/srv","startedAt":"2026-03-01T12:00:00Z"}"""));
        Assert.Equal(7, (await _client.GetVersionAsync(Ct)).Pid);
        var request = Assert.Single(await asked);
        Assert.StartsWith("GET /api/version HTTP/1.1\r\nHost: ", request, StringComparison.Ordinal);
        Assert.Contains($"\r\nGantry-Version: {BuildVersion.Current}\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_short_way_reads_the_same_answer()
    {
        var asked = ServeAsync(Json("""{"workspace":"shop"}"""));
        var answer = await Task.Run(() => UnixConnection.Get(_home.Socket, "/api/workspaces/x", "A: b\r\n"), Ct);
        Assert.Equal(200, answer!.Value.Status);
        Assert.Equal("""{"workspace":"shop"}""", Encoding.UTF8.GetString(answer.Value.Body.Span));
        Assert.Contains("\r\nA: b\r\n\r\n", Assert.Single(await asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(422, "bad-configuration", 2)]
    [InlineData(404, "unknown-service", 2)]
    [InlineData(400, "bad-request", 2)]
    [InlineData(409, "not-running", 1)]
    [InlineData(404, "unknown-workspace", 1)]
    [InlineData(503, "out-of-ports", 75)]
    [InlineData(409, "version-mismatch", 75)]
    [InlineData(500, "unexpected", 1)]
    public async Task A_refusal_is_told_with_its_exit_code(int status, string code, int exitCode)
    {
        _ = ServeAsync(Json($$"""{"title":"no","status":{{status}},"code":"{{code}}","detail":"because"}""", status));
        var refused = await Assert.ThrowsAsync<CliException>(() => _client.GetVersionAsync(Ct));
        Assert.Equal((code, exitCode, "because"), (refused.Problem.Code, refused.ExitCode, refused.Message));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")]
    [InlineData("220 mail.example ESMTP\r\n")]
    [InlineData("")]
    public async Task What_is_no_answer_of_a_daemon_is_said_to_be_none(string answer)
    {
        _ = ServeAsync(answer);
        await Assert.ThrowsAsync<DaemonProtocolException>(() => _client.GetVersionAsync(Ct));
    }

    [Fact]
    public async Task A_page_of_somebody_elses_server_is_no_problem_of_ours()
    {
        _ = ServeAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<h1>sorry</h1>");
        var refused = await Assert.ThrowsAsync<CliException>(() => _client.GetVersionAsync(Ct));
        Assert.Contains("502", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_waited_for_without_an_end_is_asked_for_again_where_the_daemon_waits_no_longer()
    {
        var asked = ServeAsync(Json("""{"satisfied":false,"reason":"running","exit":null}""", 408), Json("""{"satisfied":true,"reason":"exited with 3","exit":3}"""));
        var report = await WaitCommand.WaitAsync(_client, new WaitRequest("w", "s", "exit", null), TimeProvider.System, Ct);
        Assert.Equal(new WaitReport("s", true, false, "exited with 3", 3), report);
        Assert.All(await asked, request => Assert.StartsWith("GET /api/workspaces/w/services/s/wait?for=exit&timeout=3600000ms ", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_waited_for_with_an_end_is_not_asked_for_again_after_it()
    {
        _ = ServeAsync(Json("""{"satisfied":false,"reason":"running","exit":null}""", 408));
        var report = await WaitCommand.WaitAsync(_client, new WaitRequest("w", "s", "exit", TimeSpan.FromSeconds(1)), TimeProvider.System, Ct);
        Assert.True(report is { Satisfied: false, TimedOut: true });
    }

    [Fact]
    public async Task Lines_of_a_log_are_whole_however_they_come()
    {
        var lines = Enumerable.Range(0, 2000).Select(number => $$"""{"text":"line {{number}} {{new string('x', number % 97)}}"}""").ToList();
        _ = ServeAsync("HTTP/1.1 200 OK\r\n\r\n" + string.Join('\n', lines) + "\n");
        var read = new List<string>();
        await foreach (var piece in _client.ReadLogsAsync("w", new LogRequest { Services = ["a b", "c"], Tail = 3, Since = Samples.Noon, Follow = true }, Ct))
        {
            read.AddRange(piece.Select(line => Encoding.UTF8.GetString(line.Span)));
        }

        Assert.Equal(lines, read);
    }

    [Fact]
    public async Task What_is_asked_of_a_log_is_in_the_question()
    {
        var asked = ServeAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await foreach (var _ in _client.ReadLogsAsync("w", new LogRequest { Services = ["a", "b"], Tail = 3, Since = Samples.Noon, Follow = true, Stream = "stderr", Replica = 1 }, Ct))
        {
        }

        Assert.StartsWith(
            "GET /api/workspaces/w/logs?service=a&service=b&tail=3&since=2026-03-01T12%3A00%3A00.0000000%2B00%3A00&follow=true&stream=stderr&replica=1 HTTP/1.1",
            Assert.Single(await asked),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_go_on_where_they_broke_off()
    {
        var asked = ServeAsync(
            Events(11, 12),
            Events(13),
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: nothing\n\n" + Event(14));
        var seen = new List<long?>();
        await foreach (var happened in new EventFeed(_client, "0123456789ab", TimeProvider.System).ReadAsync(10, Ct))
        {
            seen.Add(happened?.Sequence);
            if (happened?.Sequence == 14)
            {
                break;
            }
        }

        Assert.Equal([11, 12, null, 13, null, 14], seen);
        Assert.Equal(["10", "12", "13"], (await asked).Select(request => request.Split("Last-Event-ID: ")[1].Split('\r')[0]));
    }

    [Fact]
    public async Task A_present_state_that_broke_off_is_asked_for_again()
    {
        var asked = ServeAsync(Events(11).Replace("id: 11\n", "", StringComparison.Ordinal), Events(12));
        await foreach (var happened in new EventFeed(_client, "0123456789ab", TimeProvider.System).ReadAsync(10, Ct))
        {
            if (happened?.Sequence == 12)
            {
                break;
            }
        }

        Assert.All(await asked, request => Assert.Contains("Last-Event-ID: 10\r\n", request, StringComparison.Ordinal));
    }

    /// <summary>The daemon keeps so many events; who is further behind is told how things are, by the same daemon on the same connection.</summary>
    [Fact]
    public async Task Who_is_told_the_present_state_instead_of_what_happened_waits_for_nothing_that_has_happened()
    {
        var ready = Samples.Event(5000, Samples.Service("api", WorkloadState.Running, ready: true));
        _ = ServeAsync(Events(101) + $"event: changed\ndata: {JsonSerializer.Serialize(ready, DaemonJson.Default.ServiceEvent)}\n\nid: 5000\nevent: present\ndata: {JsonSerializer.Serialize(ready with { Kind = WorkloadEventKind.Present, Service = null }, DaemonJson.Default.ServiceEvent)}\n\n");
        var begun = WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(Samples.Service("api", WorkloadState.Stopped)), Samples.Start("api")));
        var events = new EventFeed(_client, "0123456789ab", TimeProvider.System).ReadAsync(100, Ct);
        var (ending, _) = await new ProgressFollower(new SilentProgress(), TimeProvider.System).FollowAsync(begun, events, TimeSpan.FromSeconds(5), Ct);
        Assert.Equal(Ending.Ready, ending);
    }

    [Fact]
    public async Task A_connection_that_was_silent_for_long_has_not_been_gone_for_long()
    {
        _ = ServeAsync(Events(11), Events(12));
        var time = new LateTime();
        var seen = new List<long?>();
        await foreach (var happened in new EventFeed(_client, "0123456789ab", time).ReadAsync(10, Ct))
        {
            seen.Add(happened?.Sequence);
            time.Ahead = TimeSpan.FromMinutes(1);
            if (happened?.Sequence == 12)
            {
                break;
            }
        }

        Assert.Equal([11, null, 12], seen);
    }

    private static string Json(string body, int status = 200) =>
        $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private static string Events(params long[] sequences) => "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + string.Concat(sequences.Select(Event));

    private static string Event(long sequence)
    {
        var data = JsonSerializer.Serialize(Samples.Event(sequence, Samples.Service("api", WorkloadState.Running)), DaemonJson.Default.ServiceEvent);
        return $"id: {sequence}\nevent: changed\ndata: {data}\n\n";
    }

    /// <summary>Answers one connection after the other, closes each, and gives what was asked.</summary>
    private Task<List<string>> ServeAsync(params string[] answers)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_home.Socket));
        listener.Listen();
        return Serve();

        async Task<List<string>> Serve()
        {
            using (listener)
            {
                var requests = new List<string>();
                foreach (var answer in answers)
                {
                    using var connection = await listener.AcceptAsync(Ct);
                    var buffer = new byte[8192];
                    var request = "";
                    while (!request.Contains("\r\n\r\n", StringComparison.Ordinal))
                    {
                        request += Encoding.ASCII.GetString(buffer, 0, await connection.ReceiveAsync(buffer, Ct));
                    }

                    requests.Add(request);
                    await connection.SendAsync(Encoding.UTF8.GetBytes(answer), Ct);
                }

                return requests;
            }
        }
    }

    /// <summary>The present, or later.</summary>
    private sealed class LateTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => base.GetUtcNow().Ticks + Ahead.Ticks;
    }
}
