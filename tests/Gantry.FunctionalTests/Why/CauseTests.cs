using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Why;

/// <summary>Each cause for which a service is not ready, told by <c>why</c> and by <c>up</c> alike, while the rest runs on.</summary>
public sealed class CauseTests : GantryTest
{
    private const string Bystander = "[services.bystander]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    /// <summary>A service, what is said of it, and what is said to do.</summary>
    public static TheoryData<string, string, string, string> Causes => new()
    {
        { "an exit code", "command = \"echo the table is gone >&2; exit 42\"\nhealth = { log = \"never\" }", "exited with 42", "the table is gone" },
        { "a signal", "command = \"kill -SEGV $$\"\nhealth = { log = \"never\" }", "SIGSEGV", "" },
        { "a shell command that does not exist", "command = \"no-such-tool --now\"\nhealth = { log = \"never\" }", "127", "no-such-tool" },
        { "a program that does not exist", "command = [\"no-such-program-anywhere\"]", "no-such-program-anywhere", "install|PATH" },
        { "a path that does not exist", "command = [\"./bin/nothing\"]", "bin/nothing", "exist|no such" },
        { "a folder instead of a program", "command = [\"./folder\"]", "folder", "" },
        { "a program that is not executable", "command = [\"./plain.txt\"]", "plain\\.txt", "chmod|executable" },
        { "an interpreter that is missing", "command = [\"./script.sh\"]", "/no/such/interpreter", "" },
        { "a working folder that is missing", "command = [\"true\"]\nworkdir = \"nowhere\"", "nowhere", "create|exist" },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public async Task It_is_told_with_the_place_and_the_next_step_and_the_rest_runs_on(string what, string service, string cause, string more)
    {
        var shop = await Home.LiveAsync($"{Bystander}[services.broken]\ntype = \"worker\"\n{service}\nrestart = {{ policy = \"on-failure\", backoff = \"10ms\", max_attempts = 1 }}\n", Ct);
        await shop.Files.WriteAsync("plain.txt", "no program\n", Ct);
        await shop.Files.WriteAsync("folder/file", "", Ct);
        await shop.Files.WriteAsync("script.sh", "#!/no/such/interpreter\n", Ct);
        File.SetUnixFileMode(Path.Combine(shop.Folder, "script.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        await shop.UntilStateAsync("broken", "failed", Ct);
        var why = (await shop.DoAsync(Ct, "why", "broken")).Stdout;
        foreach (var text in (string[])[up.Stderr, why])
        {
            Assert.Contains("broken", text, StringComparison.Ordinal);
            Assert.Matches(cause, text);
            Assert.Matches(more, text);
            Assert.Contains("next: ", text, StringComparison.Ordinal);
        }

        Assert.NotEmpty(what);
        Assert.True((await shop.StatusAsync(Ct))["bystander"].Ready);
    }

    [Fact]
    public async Task What_crashes_again_and_again_is_told_in_whatever_state_it_is_met()
    {
        var shop = await Home.LiveAsync(
            """
            [services.api]
            command = "sleep 0.3; echo cannot reach the table >&2; exit 42"
            restart = { policy = "on-failure", backoff = "100ms", max_attempts = 100 }
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilAsync("api", service => service.Replicas[0].Restarts > 0, Ct);
        var states = new HashSet<string>();
        for (var look = 0; look < 2000 && !states.IsSupersetOf(["running", "backingOff"]); look++)
        {
            var service = await shop.ServiceAsync("api", Ct);
            Assert.Contains("exited with 42", service.Reason, StringComparison.Ordinal);
            var why = await shop.WhyAsync("api", Ct);
            var cause = why.GetProperty("chain")[0];
            Assert.Matches("exited with 42.*restart [0-9]+ of 100", why.GetProperty("summary").GetString()!);
            Assert.Contains("cannot reach the table", cause.GetProperty("output").GetRawText(), StringComparison.Ordinal);
            states.Add(cause.GetProperty("state").GetString()!);
        }

        Assert.Superset(new HashSet<string> { "running", "backingOff" }, states);
    }

    [Fact]
    public async Task A_service_that_listens_nowhere_is_told_what_it_may_be()
    {
        var shop = await Home.LiveAsync("[services.api]\ncommand = \"exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilStateAsync("api", "running", Ct);
        var why = (await shop.DoAsync(Ct, "why", "api")).Stdout;
        Assert.Contains("does not listen on port", why, StringComparison.Ordinal);
        Assert.Contains("type = \"worker\"", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_whose_folder_is_gone_is_told_to_get_one()
    {
        var shop = await Home.LiveAsync("[services.web]\nsite = \"public\"\n", Ct);
        await shop.Files.WriteAsync("public/index.html", "here", Ct);
        await shop.UpAsync(Ct);
        Directory.Delete(Path.Combine(shop.Folder, "public"), recursive: true);
        await shop.UntilAsync("web", service => !service.Ready, Ct);
        var cause = (await shop.WhyAsync("web", Ct)).GetProperty("chain")[0];
        Assert.Equal(("site-missing", "create the folder, or change site"), (cause.GetProperty("code").GetString(), cause.GetProperty("remedy").GetString()));
        Assert.Contains("public is not there", cause.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chain_leads_from_the_service_to_the_root()
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.web]
            command    = {{TestWorkspace.Run("serve")}}
            depends_on = ["api"]
            [services.api]
            command    = {{TestWorkspace.Run("serve")}}
            depends_on = ["db"]
            health     = { http = "/health" }
            [services.db]
            type    = "worker"
            command = "echo cannot open data.mdb >&2; exit 4"
            health  = { log = "never" }
            restart = "never"
            """,
            Ct);
        (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        var why = (await shop.DoAsync(Ct, "why", "web")).Stdout;
        var lines = LiveWorkspace.Lines(why);
        Assert.Contains("because of db", lines[0], StringComparison.Ordinal);
        var order = ((string[])["web", "api", "db"]).Select(name => Array.FindIndex([.. lines], 1, line => line.TrimStart().StartsWith(name, StringComparison.Ordinal))).ToList();
        Assert.DoesNotContain(-1, order);
        Assert.Equal(order.Order(), order);
        Assert.Contains("cannot open data.mdb", why, StringComparison.Ordinal);
        Assert.Contains("exited with 4", why, StringComparison.Ordinal);
        var json = (await shop.DoAsync(Ct, "why", "web", "--json")).Json();
        Assert.Contains("cannot open data.mdb", json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_port_in_use_names_its_owner()
    {
        using var owner = Occupy(out var port);
        var shop = await Home.LiveAsync($"{Bystander}[services.api]\ncommand = {TestWorkspace.Run("serve")}\ntarget_port = {port}\nrestart = {{ backoff = \"10ms\", max_attempts = 1 }}\n", Ct);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        await AssertNamesOwnerAsync(shop, up, port);
    }

    [Fact]
    public async Task A_port_in_use_names_its_owner_and_is_taken_when_it_is_free()
    {
        var owner = Occupy(out var port);
        var shop = await Home.LiveAsync($"{Bystander}[services.api]\ncommand = {TestWorkspace.Run("serve")}\nport = {port}\n", Ct);
        using (owner)
        {
            var up = await shop.RunAsync(Ct, "up");
            Assert.NotEqual(0, up.ExitCode);
            await AssertNamesOwnerAsync(shop, up, port);
        }

        await shop.UpAsync(Ct);
        Assert.Equal(port, (await shop.ServiceAsync("api", Ct)).Port);
        Assert.Equal(200, (await shop.AskAsync("api", "/", Ct)).Status);
    }

    [Fact]
    public async Task A_service_that_listens_elsewhere_is_told_where()
    {
        var other = FreePort.Find();
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve", "--port", other.ToString(CultureInfo.InvariantCulture))}\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        await Eventually.IsTrueAsync(() => ListeningPorts.All().Contains(other), "it listens", Ct);
        await shop.UntilAsync("api", api => !api.Ready && api.State == "running", Ct);
        await Eventually.PassesAsync(
            async () =>
            {
                var why = (await shop.DoAsync(Ct, "why", "api")).Stdout;
                Assert.Contains(other.ToString(CultureInfo.InvariantCulture), why, StringComparison.Ordinal);
                Assert.Contains("PORT", why, StringComparison.Ordinal);
            },
            Ct);
    }

    [Fact]
    public async Task A_missing_variable_is_named()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = [\"${NO_SUCH_VARIABLE}\"]\n", Ct);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(2);
        Assert.Matches(@"gantry\.toml:3:\d+: error: .*NO_SUCH_VARIABLE", up.Stderr);
    }

    [Fact]
    public async Task What_is_ready_is_told_with_its_reason()
    {
        var shop = await Home.LiveAsync(Bystander, Ct);
        await shop.UpAsync(Ct);
        Assert.Contains("bystander", (await shop.DoAsync(Ct, "why", "bystander")).Stdout, StringComparison.Ordinal);
        (await shop.RunAsync(Ct, "why", "nobody")).ShouldExit(2);
    }

    private static async Task AssertNamesOwnerAsync(LiveWorkspace shop, CommandResult up, int port)
    {
        var pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (var text in (string[])[up.Stderr, (await shop.DoAsync(Ct, "why", "api")).Stdout])
        {
            Assert.Contains("api", text, StringComparison.Ordinal);
            Assert.Contains(port.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
            Assert.Contains(pid, text, StringComparison.Ordinal);
        }

        Assert.True((await shop.StatusAsync(Ct))["bystander"].Ready);
        Assert.Empty(up.Stdout.Split("   at ").Skip(1));
    }

    private static Socket Occupy(out int port)
    {
        port = FreePort.Find();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }
}
