using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Probes;

/// <summary>Ready means ready: not before the test passes, and with its reason.</summary>
public sealed class ProbeTests : GantryTest
{
    [Fact]
    public async Task Http_waits_for_a_good_status_and_says_so()
    {
        var shop = await Home.LiveAsync($"[services.a]\ncommand = {TestWorkspace.Run("serve", "--health-after", "60m")}\nhealth = {{ http = \"/health\", interval = \"100ms\" }}\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        var held = await shop.UntilAsync("a", a => a.State == "running" && a.Reason.Contains("503", StringComparison.Ordinal), Ct);
        Assert.Equal(("starting", false), (held.Health, held.Ready));
        await AskItselfAsync(shop, "/health/on");
        var ready = await shop.UntilReadyAsync("a", Ct);
        Assert.Equal("healthy", ready.Health);
        Assert.Contains("200", ready.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_wants_the_status_that_the_file_says()
    {
        var shop = await Home.LiveAsync($"[services.a]\ncommand = {TestWorkspace.Run("serve")}\nhealth = {{ http = \"/status/418\", status = 418 }}\n[services.b]\ncommand = {TestWorkspace.Run("serve")}\nhealth = {{ http = \"/\", status = 204, interval = \"100ms\" }}\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilReadyAsync("a", Ct);
        await shop.UntilAsync("b", b => !b.Ready && b.Reason.Contains("200", StringComparison.Ordinal), Ct);
    }

    [Fact]
    public async Task Tcp_waits_until_the_port_accepts()
    {
        var port = FreePort.Find();
        var shop = await Home.LiveAsync(
            $$"""
            [services.a]
            type    = "worker"
            command = "while ! test -e gate; do sleep 0.05; done; exec '{{Programs.TestApp}}' serve --port {{port}}"
            health  = { tcp = {{port}}, interval = "100ms" }
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        var held = await shop.UntilStateAsync("a", "running", Ct);
        Assert.False(held.Ready);
        await shop.Files.WriteAsync("gate", "", Ct);
        await shop.UntilReadyAsync("a", Ct);
        Assert.Equal(200, (await Web.GetAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"), Ct)).Status);
    }

    [Fact]
    public async Task Exec_runs_where_the_service_runs()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            workdir = "in"
            command = "exec sleep 1000"
            env     = { NAME = "gate" }
            health  = { exec = ["sh", "-c", "test -e $NAME || { echo not yet; exit 5; }"], interval = "100ms" }
            """,
            Ct);
        await shop.Files.WriteAsync("in/other", "", Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilAsync("a", a => a.Reason.Contains('5', StringComparison.Ordinal) && !a.Ready, Ct);
        await shop.Files.WriteAsync("in/gate", "", Ct);
        await shop.UntilReadyAsync("a", Ct);
    }

    [Fact]
    public async Task Exec_that_ends_at_once_is_tested_for_as_long_as_it_runs()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            command = "exec sleep 1000"
            health  = { exec = "echo x >> tests; test ! -e ill", interval = "10ms", retries = 1 }
            """,
            Ct);
        await shop.UpAsync(Ct);
        for (var round = 0; round < 3; round++)
        {
            var before = new FileInfo(Path.Combine(shop.Folder, "tests")).Length;
            await Eventually.IsTrueAsync(() => new FileInfo(Path.Combine(shop.Folder, "tests")).Length > before + 200, "it is tested a hundred times", Ct);
            Assert.True((await shop.ServiceAsync("a", Ct)).Ready);
            await shop.Files.WriteAsync("ill", "", Ct);
            await shop.UntilAsync("a", a => a.Health == "unhealthy", Ct);
            File.Delete(Path.Combine(shop.Folder, "ill"));
            await shop.UntilReadyAsync("a", Ct);
        }
    }

    [Fact]
    public async Task Log_waits_for_its_line()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            command = "echo preparing; while ! test -e gate; do sleep 0.05; done; echo 'Server ready at 17:00' >&2; exec sleep 1000"
            health  = { log = "[Rr]eady at \\d+" }
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        await Eventually.IsTrueAsync(async () => (await shop.OutputAsync("a", Ct)).Contains("preparing"), "it writes", Ct);
        Assert.False((await shop.ServiceAsync("a", Ct)).Ready);
        await shop.Files.WriteAsync("gate", "", Ct);
        Assert.Contains("log", (await shop.UntilReadyAsync("a", Ct)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_does_not_take_the_line_of_an_earlier_run()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            command = "test -e second || echo ready; touch second; exec sleep 1000"
            health  = { log = "ready" }
            """,
            Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "restart", "--detach", "a");
        await shop.UntilAsync("a", a => a is { State: "running", Ready: false }, Ct);
        await shop.Files.WriteAsync("third", "", Ct);
        Assert.False((await shop.ServiceAsync("a", Ct)).Ready);
    }

    [Fact]
    public async Task Notify_waits_for_the_word_of_the_service()
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"worker\"\ncommand = {TestWorkspace.Run("notify", "--delay", "1s")}\nhealth = {{ notify = true }}\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        await Eventually.IsTrueAsync(async () => (await shop.OutputAsync("a", Ct)).Contains("starting"), "it runs", Ct);
        Assert.False((await shop.ServiceAsync("a", Ct)).Ready);
        await shop.UntilReadyAsync("a", Ct);
        Assert.Contains("sent READY=1", await shop.OutputAsync("a", Ct));
    }

    [Fact]
    public async Task Notify_takes_no_other_word()
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"worker\"\ncommand = {TestWorkspace.Run("notify", "--message", "STATUS=READY=1 soon")}\nhealth = {{ notify = true }}\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        await Eventually.IsTrueAsync(async () => (await shop.OutputAsync("a", Ct)).Count == 2, "it has told", Ct);
        Assert.False((await shop.ServiceAsync("a", Ct)).Ready);
    }

    [Fact]
    public async Task Without_a_test_a_service_is_ready_when_it_listens_itself()
    {
        var port = FreePort.Find();
        var shop = await Home.LiveAsync(
            $$"""
            [services.a]
            command     = "while ! test -e gate; do sleep 0.05; done; exec '{{Programs.TestApp}}' serve"
            target_port = {{port}}
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        var held = await shop.UntilStateAsync("a", "running", Ct);
        Assert.Equal(("none", false), (held.Health == "starting" ? "none" : held.Health, held.Ready));
        await shop.Files.WriteAsync("gate", "", Ct);
        var ready = await shop.UntilReadyAsync("a", Ct);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), ready.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_is_ready_once_started()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        var worker = await shop.ServiceAsync("a", Ct);
        Assert.Equal(("running", "none", true, null), (worker.State, worker.Health, worker.Ready, worker.Port));
    }

    private static async Task AskItselfAsync(LiveWorkspace shop, string path)
    {
        var port = (await shop.DoAsync(Ct, "exec", "a", "sh", "-c", "echo $PORT")).Stdout.Trim();
        await Web.GetAsync($"http://127.0.0.1:{port}{path}", Ct);
    }
}
