using System.Text;
using Gantry.Cli;
using Gantry.Cli.Commands;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Cli.Progress;
using Gantry.Cli.Status;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Gantry.Workloads.Logs;
using Xunit;

namespace Gantry.Tests.Cli;

/// <summary>What people read, as approved text. Control characters are shown by name.</summary>
public sealed class RenderingTests
{
    private static readonly Palette Colours = new(true);

    private static readonly WorkspaceStatus Shop = Samples.Workspace(
        Samples.Service("db", WorkloadState.Running, true, "GET /health answered 200", health: Health.Healthy, port: 5432, url: "http://db.shop.localhost:8080"),
        Samples.Service("migrate", WorkloadState.Completed, true, "completed", WorkloadType.Task),
        Samples.Service("api", WorkloadState.BackingOff, false, "exited with 1 after 20 ms; next try in 4 s", restarts: 2, port: 20001, url: "http://api.shop.localhost:8080"),
        Samples.Service("mailer", WorkloadState.Running, false, "GET /health answered 500\r\nInternal\u001b[31m Error", WorkloadType.Worker, Health.Unhealthy),
        Samples.Service("images", WorkloadState.Preparing, false, "preparing", WorkloadType.Worker) with { Progress = "pulling resizer:3, 31 of 148 MB" },
        Samples.Service("web", WorkloadState.Running, true, "served by the edge", url: "http://web.shop.localhost:8080") with { Runtime = RuntimeKind.Site },
        Samples.Service("old", WorkloadState.Stopped) with { Replicas = [Samples.Replica(0, WorkloadState.Stopped, false), Samples.Replica(1, WorkloadState.Stopped, true)] });

    private static readonly WhyReport Because = new("shop", "web", false, "web is not ready because of db: exited with 4", Samples.List(
        new WhyCause("web", WorkloadState.Waiting, "waits-for", "waits for api to be ready", null, []),
        new WhyCause("api", WorkloadState.Waiting, "waits-for", "waits for db to be healthy", null, []),
        new WhyCause("db", WorkloadState.BackingOff, "exited", "exited with 4; it is started again (restart 2 of 5)", "gantry logs db", Samples.List(
            new LogLine(Samples.Noon.ToLocalTime(), "db", 0, LogStream.Stderr, "fatal: cannot open\tdata")))));

    [Fact]
    public void Status_in_a_pipe() => Approved.Verify("status-plain", Write(text => StatusText.Write(text, Shop, Palette.None, null)));

    [Fact]
    public void Status_on_a_terminal_of_eighty_columns() => Approved.Verify("status-terminal", Write(text => StatusText.Write(text, Shop, Colours, 80)));

    [Fact]
    public void Why_shows_the_chain_down_to_its_root()
    {
        var text = Write(text => WhyText.Write(text, Because, Palette.None));
        Approved.Verify("why", text.Replace(Samples.Noon.ToLocalTime().ToString("HH:mm", null), "12:00", StringComparison.Ordinal));
    }

    [Fact]
    public void Why_of_one_cause_says_it_once() => Approved.Verify("why-one", Write(text =>
        WhyText.Write(text, Because with { Service = "db", Summary = "db is not ready: exited with 4", Chain = [Because.Chain[^1] with { Output = [] }] }, Palette.None)));

    [Fact]
    public void A_plan_shows_each_step_with_its_causes() => Approved.Verify("plan", Write(text => PlanText.Write(
        text,
        Samples.Answer(
            Shop,
            new PlanStep(PlanAction.Start, "db", null, ["not running"]),
            new PlanStep(PlanAction.Replace, "api", null, ["env LOG_LEVEL changed", "command changed"]),
            new PlanStep(PlanAction.Start, "api", 1, ["replicas 1 -> 2"]),
            new PlanStep(PlanAction.Update, "migrate", null, ["restart changed"]),
            new PlanStep(PlanAction.Remove, "old", null, ["no longer in the file"])) with
        {
            Changes = ["route /api/* to api added"],
        },
        Palette.None)));

    [Theory]
    [InlineData(DoorStatus.Busy, "port 8080 is in use by python3 (pid 7)", "web is a site, which the edge serves, and the edge is closed: port 8080 is in use by python3 (pid 7)")]
    [InlineData(DoorStatus.Off, "closed by gantryd.toml:2:8", "web is a site, which the edge serves, and the edge is closed by gantryd.toml:2:8")]
    [InlineData(DoorStatus.Open, null, "web is a site, and the edge answers with another workspace under its name")]
    public void A_site_that_is_not_at_the_edge_is_told_with_what_is_in_its_way(DoorStatus status, string? note, string expected)
    {
        var report = new DoctorReport(new DaemonInfo(1, "/srv/state", "0.1.0", null, null), [new DoorInfo("edge", null, status, note)], []);
        var error = OpenCommand.NotAtTheEdge("web", report);
        Assert.Equal((expected, ExitCodes.Failed), (error.Message, error.ExitCode));
        Assert.NotNull(error.Problem.Remedy);
    }

    [Fact]
    public void What_up_does_is_a_line_for_each_service_and_cause() => Assert.Equal(
        ["api: replicas 3 -> 1", "mailer: removed (no longer in the file)", "web: replaced (env LOG_LEVEL changed; command changed)"],
        PlanText.Lines(
        [
            new PlanStep(PlanAction.Start, "db", null, ["not running"]),
            new PlanStep(PlanAction.Remove, "api", 2, ["replicas 3 -> 1"]),
            new PlanStep(PlanAction.Remove, "api", 1, ["replicas 3 -> 1"]),
            new PlanStep(PlanAction.Start, "api", 0, ["backing off"]),
            new PlanStep(PlanAction.Remove, "mailer", null, ["no longer in the file"]),
            new PlanStep(PlanAction.Replace, "web", null, ["env LOG_LEVEL changed", "command changed"]),
        ]));

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void Status_fits_its_terminal_and_keeps_the_reasons(int width)
    {
        var lines = Write(text => StatusText.Write(text, Shop, Palette.None, width)).Split('\n');
        Assert.All(lines[1..], line => Assert.True(line.Length <= width, line));
        Assert.All(lines[2..], line => Assert.DoesNotContain(width >= 80 ? "next try i…" : "?", line, StringComparison.Ordinal));
        Assert.Contains("REASON", lines[2], StringComparison.Ordinal);
        Assert.Contains("exited with", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_progress_of_replicas_does_not_repeat_the_state()
    {
        var lines = new List<string>();
        var view = new PlainProgress(lines.Add);
        var progress = WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(Samples.Service("api", WorkloadState.Stopped)), Samples.Start("api")));
        (WorkloadState State, string Reason)[] states =
        [
            (WorkloadState.Waiting, "replica 0: waiting"),
            (WorkloadState.Starting, "replica 0: starting"),
            (WorkloadState.Running, "replica 2: stopped"),
            (WorkloadState.BackingOff, "replica 1: exited with 1"),
        ];
        foreach (var (state, reason) in states)
        {
            progress = progress.Apply(Samples.Event(101 + lines.Count, Samples.Service("api", state, reason: reason), 1));
            view.Show(progress, Samples.Noon);
        }

        Assert.Equal(["api: starting", "api: running", "api: backing off (replica 1: exited with 1)"], lines);
    }

    [Fact]
    public void An_empty_plan_says_so() => Assert.Equal("shop: nothing to do, all is as the file says\n", Write(text => PlanText.Write(text, Samples.Answer(Shop), Palette.None)));

    [Fact]
    public void The_record_of_up_tells_states_addresses_and_times() => Approved.Verify("record", Write(text => RecordText.Write(text, Middle(), Palette.None, null)));

    [Fact]
    public void Live_progress_shows_a_line_for_each_service() =>
        Approved.Verify("live", string.Join('\n', LiveProgress.Draw(Middle(), Samples.Noon.AddSeconds(9.3), 20, 79, Palette.None)) + "\n");

    [Fact]
    public void Live_progress_keeps_what_is_not_ready_where_there_are_few_rows()
    {
        var lines = LiveProgress.Draw(Middle(), Samples.Noon, 4, 40, Palette.None);
        Assert.Equal(4, lines.Count);
        Assert.Equal("… and 4 more", lines[^1]);
        Assert.DoesNotContain(lines, line => line.StartsWith('✔'));
        Assert.All(lines, line => Assert.True(line.Length <= 40, line));
    }

    [Fact]
    public async Task Live_progress_draws_over_itself_and_leaves_nothing()
    {
        var terminal = new StringBuilder();
        var live = new LiveProgress(text => terminal.Append(text), () => (24, 80), Palette.None);
        live.Show(Middle(), Samples.Noon);
        live.Show(Middle(), Samples.Noon);
        await live.DisposeAsync();
        var up = $"\r\e[{Shop.Services.Length}A";
        var frames = terminal.ToString().Split("\e[J");
        Assert.StartsWith("\r\e[2K", frames[0], StringComparison.Ordinal);
        Assert.StartsWith(up + "\e[2K", frames[1], StringComparison.Ordinal);
        Assert.Equal(up, frames[2]);
    }

    [Fact]
    public void Plain_progress_is_one_line_for_each_change()
    {
        var lines = new StringBuilder();
        var view = new PlainProgress(line => lines.Append(line).Append('\n'));
        var progress = WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(Samples.Service("db", WorkloadState.Running, true), Samples.Service("api", WorkloadState.Stopped)), Samples.Start("api")));
        view.Show(progress, Samples.Noon);
        ServiceStatus[] states =
        [
            Samples.Service("api", WorkloadState.Stopped),
            Samples.Service("api", WorkloadState.Waiting, reason: "waiting"),
            Samples.Service("api", WorkloadState.Waiting, reason: "waits for db to be healthy"),
            Samples.Service("api", WorkloadState.Preparing),
            Samples.Service("api", WorkloadState.Starting),
            Samples.Service("api", WorkloadState.Running, reason: "started"),
            Samples.Service("api", WorkloadState.Running, reason: "does not listen on port 20001 yet"),
            Samples.Service("api", WorkloadState.Running, true, "listens on port 20001"),
        ];
        foreach (var (state, second) in states.Select((state, second) => (state, second)))
        {
            progress = progress.Apply(Samples.Event(101 + second, state, second));
            view.Show(progress, Samples.Noon);
            view.Show(progress, Samples.Noon);
        }

        Approved.Verify("progress-plain", lines.ToString());
    }

    [Fact]
    public void Faults_of_a_configuration_stand_each_on_a_line_with_its_place() => Approved.Verify("faults", FailureText.Of(
        new Problem
        {
            Title = "x",
            Status = 422,
            Code = "bad-configuration",
            Diagnostics =
            [
                new Diagnostic(DiagnosticSeverity.Error, "unknown key comand in services.a", "gantry.toml", 2, 1, "did you mean \"command\"?"),
                new Diagnostic(DiagnosticSeverity.Warning, "services.b is empty", "gantry.toml", 9, 3),
                new Diagnostic(DiagnosticSeverity.Error, "there is no file", "gantry.toml", 0, 0, "this is enough:\n\n    [services.web]\n"),
            ],
        },
        Palette.None) + "\n");

    [Fact]
    public void A_problem_tells_what_happened_and_what_to_do() => Assert.Equal(
        "gantry: web does not run\n  next: gantry start web",
        FailureText.Of(new Problem { Title = "x", Status = 409, Code = "not-running", Detail = "web does not run", Remedy = "gantry start web" }, Palette.None));

    [Fact]
    public void The_doctor_tells_doors_checks_and_remedies() => Approved.Verify("doctor", Write(text => DoctorCommand.Write(
        text,
        new DoctorReport(
            new DaemonInfo(4711, "/srv/state", "0.1.0+12345678", 4712, Samples.Noon),
            [new DoorInfo("socket", "/srv/state/gantry.sock", DoorStatus.Open, null), new DoorInfo("edge", null, DoorStatus.Busy, "port 8080 is in use by nginx (pid 12)")],
            [
                new DoctorCheck("disk", CheckStatus.Ok, "80 GiB free", null),
                new DoctorCheck("setpriv", CheckStatus.Warning, "setpriv is not installed", "install the package util-linux"),
                new DoctorCheck("platform", CheckStatus.Failed, "local processes run on Linux only", "run Gantry in a Linux machine"),
            ]),
        Palette.None)));

    [Fact]
    public void Log_lines_stand_in_columns()
    {
        var text = new LogText(new LogStyle(Prefix: true, Timestamps: false), Palette.None, ["api"]);
        LogLine[] lines =
        [
            new(Samples.Noon, "api", 0, LogStream.Stdout, "one"),
            new(Samples.Noon, "worker", 1, LogStream.Stderr, "two"),
            new(Samples.Noon, "api", 0, LogStream.Gantry, "exited with 0"),
        ];
        Assert.Equal(["api | one", "worker/1 | two", "api      · exited with 0"], lines.Select(text.Of));
    }

    [Fact]
    public void A_line_that_leaves_its_colour_on_does_not_colour_the_next()
    {
        var line = new LogLine(Samples.Noon, "api", 0, LogStream.Stdout, "\e[31mred");
        Assert.Equal("\e[31mred\e[0m", new LogText(new LogStyle(false, false), Colours, []).Of(line));
        Assert.Equal("\e[31mred", new LogText(new LogStyle(false, false), Palette.None, []).Of(line));
    }

    private static WorkspaceProgress Middle()
    {
        var plan = Shop.Services.Where(service => service.Name != "db").Select(service => Samples.Start(service.Name)).ToArray();
        var progress = WorkspaceProgress.Of(Samples.Answer(Shop, plan));
        foreach (var service in Shop.Services.Where(service => service.Name is not ("db" or "old")))
        {
            progress = progress
                .Apply(Samples.Event(101, Samples.Service(service.Name, WorkloadState.Starting), 1))
                .Apply(Samples.Event(102, service, 2.25));
        }

        return progress;
    }

    private static string Write(Action<StringBuilder> write)
    {
        var text = new StringBuilder();
        write(text);
        return text.ToString().Replace("\e", "<ESC>", StringComparison.Ordinal);
    }
}
