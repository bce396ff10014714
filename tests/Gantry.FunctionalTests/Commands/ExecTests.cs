using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Commands;

/// <summary>A command where a service runs.</summary>
public sealed class ExecTests : GantryTest
{
    private const string Shop = """
        [services.a]
        type    = "worker"
        workdir = "in"
        command = "exec sleep 1000"
        env     = { OWN = "thing" }
        limits  = { open_files = 321 }
        """;

    [Theory]
    [InlineData(0, "exit 0")]
    [InlineData(7, "exit 7")]
    [InlineData(255, "exit 255")]
    [InlineData(143, "kill -TERM $$")]
    [InlineData(137, "kill -KILL $$")]
    public async Task It_ends_with_the_status_of_the_command(int status, string script)
    {
        var shop = await UpAsync();
        (await shop.RunAsync(Ct, "exec", "a", "sh", "-c", script)).ShouldExit(status);
    }

    [Fact]
    public async Task It_has_the_folder_the_environment_and_the_limits_of_the_service()
    {
        var shop = await UpAsync();
        var said = await shop.DoAsync(Ct, "exec", "a", "sh", "-c", "pwd; echo $OWN; ulimit -n");
        Assert.Equal([Path.Combine(shop.Folder, "in"), "thing", "321"], LiveWorkspace.Lines(said.Stdout));
    }

    [Fact]
    public async Task Everything_behind_the_service_is_the_commands_own()
    {
        var shop = await UpAsync();
        Assert.Equal("--json -q --help -- a b\n", (await shop.DoAsync(Ct, "exec", "a", "echo", "--json", "-q", "--help", "--", "a b")).Stdout);
        Assert.Equal("-n x\n", (await shop.DoAsync(Ct, "exec", "a", "--", "printf", "%s x\\n", "-n")).Stdout);
        Assert.Equal("$OWN * \"'\n", (await shop.DoAsync(Ct, "exec", "a", "--", "echo", "$OWN * \"'")).Stdout);
    }

    [Fact]
    public async Task A_command_and_its_environment_may_be_as_long_as_the_host_takes()
    {
        var shop = await UpAsync();
        var word = new string('x', 100_000);
        Assert.Equal("100000 100000\n", (await shop.DoAsync(Ct, "exec", "-e", "LONG=" + word, "a", "sh", "-c", "echo ${#1} ${#LONG}", "sh", word)).Stdout);
    }

    [Fact]
    public async Task It_passes_input_and_its_end_and_bytes_of_any_kind()
    {
        var shop = await UpAsync();
        var gantry = await Programs.GantryAsync();
        var command = new Command("sh", "-c", $"head -c 3000000 /dev/urandom > '{shop.Folder}/random'; '{gantry}' exec a cat < '{shop.Folder}/random' | cmp - '{shop.Folder}/random' && echo same") { Environment = Home.Environment, WorkingDirectory = shop.Folder };
        Assert.Equal("same\n", (await command.RunAsync(Ct)).ShouldExit(0).Stdout);
        var end = await shop.DoAsync(Ct, "exec", "a", Programs.TestApp, "stdin-eof");
        Assert.Contains("stdin ended after 0 bytes", end.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_does_not_read_its_input_ends_all_the_same()
    {
        var shop = await UpAsync();
        var gantry = await Programs.GantryAsync();
        var command = new Command("sh", "-c", $"yes | '{gantry}' exec a true; echo $?") { Environment = Home.Environment, WorkingDirectory = shop.Folder };
        Assert.Equal("0\n", (await command.RunAsync(Ct)).Stdout);
    }

    [Fact]
    public async Task When_the_caller_goes_the_command_goes()
    {
        var shop = await UpAsync();
        using (var exec = await shop.StartAsync("exec", "a", Programs.TestApp, "hold", Home.Marker))
        {
            await Home.Processes.UntilMarkedAsync(1, Ct);
            await exec.KillAsync(Ct);
            await Home.Processes.UntilMarkedAsync(0, Ct);
        }

        Assert.True((await shop.StatusAsync(Ct))["a"].Ready);
    }

    [Fact]
    public async Task When_the_service_is_stopped_the_command_goes()
    {
        var shop = await UpAsync();
        using var exec = await shop.StartAsync("exec", "a", Programs.TestApp, "hold", Home.Marker);
        await Home.Processes.UntilMarkedAsync(1, Ct);
        await shop.DownAsync(Ct);
        Assert.Empty(await Home.Processes.MarkedAsync());
        Assert.NotEqual(0, await exec.EndAsync(Ct));
    }

    [Fact]
    public async Task On_a_terminal_the_command_has_one_and_its_keys()
    {
        var shop = await UpAsync();
        using var terminal = Terminal.Start(Home, shop.Folder, await Programs.GantryAsync(), "exec", "a", "sh");
        await terminal.TypeAsync("test -t 0 && echo is-a-$((1+0))-terminal\r", Ct);
        await terminal.UntilAsync("is-a-1-terminal", Ct);
        await terminal.TypeAsync("sleep 1000\r", Ct);
        await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count(process => process.CommandLine == "sleep 1000") == 2, "the sleep runs", Ct);
        await terminal.TypeAsync("\u0003", Ct);
        await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count(process => process.CommandLine == "sleep 1000") == 1, "Ctrl-C ended the sleep and not the service", Ct);
        await terminal.TypeAsync("echo on-$((1+1)); exit 9\r", Ct);
        await terminal.UntilAsync("on-2", Ct);
        Assert.Equal(9, await terminal.EndAsync(Ct));
        Assert.True((await shop.StatusAsync(Ct))["a"].Ready);
    }

    [Fact]
    public async Task Where_it_cannot_run_the_reason_and_the_status_say_so()
    {
        var shop = await UpAsync();
        Assert.Contains("no-such-program", (await shop.RunAsync(Ct, "exec", "a", "no-such-program")).ShouldExit(2).Stderr, StringComparison.Ordinal);
        (await shop.RunAsync(Ct, "exec", "nobody", "true")).ShouldExit(2);
        (await shop.RunAsync(Ct, "exec", "a")).ShouldExit(2);
        await shop.DoAsync(Ct, "stop", "a");
        Assert.Contains("next: ", (await shop.RunAsync(Ct, "exec", "a", "true")).ShouldExit(1).Stderr, StringComparison.Ordinal);
    }

    private async Task<LiveWorkspace> UpAsync()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("in/file", "", Ct);
        await shop.UpAsync(Ct);
        return shop;
    }
}
