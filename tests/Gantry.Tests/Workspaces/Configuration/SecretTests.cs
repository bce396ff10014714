using Gantry.Daemon.Workspaces;
using Gantry.Tests.Proxy.Wire;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

public sealed class SecretTests
{
    private const string Secret = "hunter2-and-more";

    [Fact]
    public async Task A_secret_comes_from_a_variable_a_file_or_a_command()
    {
        using var workspace = new WorkspaceOnDisk("""
            [secrets]
            a = { env = "SECRET_A" }
            b = { env = "SECRET_B" }
            c = { file = "keys/c" }
            d = { command = ["cat", "keys/c"] }
            e = { command = "cat keys/c; echo $SECRET_A" }
            [services.web]
            command = "true"
            env = { A = "${secret.a}", B = "${secret.b}", C = "${secret.c}", D = "<${secret.d}>", E = "${secret.e}" }
            """);
        workspace.Environment["SECRET_A"] = "one";
        workspace.Write(".env", "SECRET_B=two\n");
        workspace.Write("keys/c", "three\r\n");
        var env = (await workspace.ServiceAsync("web")).Env;
        Assert.Equal(["one", "two", "three", "<three>", "three\r\none"], env.Values);
    }

    [Fact]
    public async Task Only_one_newline_at_the_end_is_left_out()
    {
        using var workspace = new WorkspaceOnDisk("secrets.a.file = 'a'\nservices.web = { command = 'true', env = { A = '${secret.a}' } }");
        workspace.Write("a", " x \n\n");
        Assert.Equal(" x \n", (await workspace.ServiceAsync("web")).Env["A"]);
    }

    [Fact]
    public async Task A_secret_that_nothing_uses_is_not_read()
    {
        using var workspace = new WorkspaceOnDisk("""
            [secrets]
            unused = { command = "touch ran" }
            disabled = { command = "touch ran" }
            [services.web]
            command = "true"
            [services.debug]
            command = "true"
            profiles = ["debug"]
            env = { A = "${secret.disabled}" }
            """);
        await workspace.SpecAsync();
        Assert.False(File.Exists(Path.Combine(workspace.Folder, "ran")));
    }

    [Fact]
    public async Task A_command_is_not_run_while_anything_else_is_wrong()
    {
        using var workspace = new WorkspaceOnDisk("""
            secrets.a.command = "touch ran; echo x"
            [services.web]
            command = "true"
            env = { A = "${secret.a}", B = "${NOT_SET}" }
            """);
        Assert.Contains("NOT_SET", (await workspace.FaultAsync()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(workspace.Folder, "ran")));
    }

    [Theory]
    [InlineData("echo one >&2; echo 'the last line' >&2; exit 3", "secrets.a.command: exited with 3: the last line", null)]
    [InlineData("exit 4", "secrets.a.command: exited with 4", null)]
    [InlineData("echo locked >&2", "secrets.a.command: printed nothing", "locked")]
    [InlineData("printf '\\377'", "secrets.a.command: the secret is not UTF-8 text", "programs are handed secrets as variables, which hold text")]
    [InlineData("printf 'a\\000b'", "secrets.a: the secret contains U+0000, which cannot be handed to a program", null)]
    public async Task A_command_that_fails_is_a_fault_with_its_exit_and_last_words(string command, string message, string? help)
    {
        using var workspace = new WorkspaceOnDisk($"secrets.a.command = \"\"\"{command.Replace("\\", "\\\\", StringComparison.Ordinal)}\"\"\"\nservices.web = {{ command = 'true', env = {{ A = '${{secret.a}}' }} }}");
        var fault = await workspace.FaultAsync();
        Assert.Equal((message, help), (fault.Message, fault.Help));
        Assert.Equal(1, fault.Line);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_fault()
    {
        using var workspace = new WorkspaceOnDisk("secrets.a.command = ['no-such-program-anywhere']\nservices.web = { command = 'true', env = { A = '${secret.a}' } }");
        Assert.Contains("cannot be started", (await workspace.FaultAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_does_not_end_is_ended_with_all_that_it_started()
    {
        var clock = new HurriedTime();
        using var workspace = new WorkspaceOnDisk("secrets.a.command = 'sleep 1000 & echo $$ $! > pids; sleep 1000'\nservices.web = { command = 'true', env = { A = '${secret.a}' } }") { Time = clock };
        var fault = await workspace.FaultAsync();
        Assert.Equal("secrets.a.command: no end after 10 seconds", fault.Message);
        Assert.Equal([TimeSpan.FromSeconds(10)], clock.Waits);
        var pids = File.ReadAllText(Path.Combine(workspace.Folder, "pids")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, pids.Length);
        await Eventually.HoldsAsync(() => !pids.Any(Runs), "the command and all that it started have ended");
    }

    [Fact]
    public async Task A_command_that_leaves_an_agent_behind_has_ended_all_the_same()
    {
        using var workspace = new WorkspaceOnDisk("secrets.a.command = 'sleep 1000 & echo $! > pid; echo opened'\nservices.web = { command = 'true', env = { A = '${secret.a}' } }");
        Assert.Equal("opened", (await workspace.ServiceAsync("web")).Env["A"]);
        var agent = File.ReadAllText(Path.Combine(workspace.Folder, "pid")).Trim();
        Assert.True(Runs(agent));
        System.Diagnostics.Process.GetProcessById(int.Parse(agent, System.Globalization.CultureInfo.InvariantCulture)).Kill();
    }

    [Fact]
    public async Task A_command_carries_the_mark_of_its_home()
    {
        using var workspace = new WorkspaceOnDisk("secrets.a.command = 'echo $GANTRY_INSTANCE$GANTRY_INDEPENDENT'\nservices.web = { command = 'true', env = { A = '${secret.a}' } }");
        workspace.Environment["GANTRY_INDEPENDENT"] = "1";
        Assert.Equal("test/secret", (await workspace.ServiceAsync("web")).Env["A"]);
    }

    [Fact]
    public async Task The_callers_PATH_finds_the_command()
    {
        using var workspace = new WorkspaceOnDisk("secrets.a.command = ['my-vault', 'opened']\nservices.web = { command = 'true', env = { A = '${secret.a}' } }");
        Directory.CreateDirectory(Path.Combine(workspace.Folder, "bin"));
        File.CreateSymbolicLink(Path.Combine(workspace.Folder, "bin", "my-vault"), "/bin/echo");
        workspace.Environment["PATH"] = $"{Path.Combine(workspace.Folder, "bin")}:{workspace.Environment["PATH"]}";
        Assert.Equal("opened", (await workspace.ServiceAsync("web")).Env["A"]);
    }

    [Fact]
    public async Task A_secret_is_in_the_environment_and_nowhere_else()
    {
        using var workspace = new WorkspaceOnDisk("""
            secrets.a.env = "TOKEN"
            [services.web]
            command = "serve ${TOKEN:-nothing}"
            env = { A = "Bearer ${secret.a}", B = "${TOKEN}" }
            """);
        workspace.Environment["TOKEN"] = Secret;
        var result = await workspace.LoadAsync();
        var view = result.View!;
        Assert.Equal($"Bearer {Secret}", result.Workspace!.Workloads[0].Env["A"]);
        Assert.All(
            [view.ToToml(provenance: false), view.ToToml(provenance: true), view.ToJson(provenance: false), view.ToJson(provenance: true), result.ToString(), result.Workspace.ToString(), result.Workspace.Workloads[0].ToString()],
            text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.Contains("Bearer ${secret.a}", view.ToToml(provenance: false), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_does_not_come_out_of_diagnostics()
    {
        using var workspace = new WorkspaceOnDisk("""
            [secrets]
            a = { env = "TOKEN" }
            b = { command = "echo the token hunter2-and-more is refused >&2; exit 1" }
            [services.web]
            image = "image ${TOKEN}"
            env = { A = "${secret.a}", B = "${secret.b}" }
            """);
        workspace.Environment["TOKEN"] = Secret;
        Assert.DoesNotContain(Secret, await workspace.FaultsAsync(), StringComparison.Ordinal);
        workspace.Write("gantry.toml", File.ReadAllText(Path.Combine(workspace.Folder, "gantry.toml")).Replace("image ${TOKEN}", "image", StringComparison.Ordinal));
        var fault = await workspace.FaultAsync();
        Assert.Equal(DiagnosticSeverity.Error, fault.Severity);
        Assert.Equal("secrets.b.command: exited with 1: the token ${secret.a} is refused", fault.Message);
    }

    /// <summary>Whether a process is there and more than an entry that nobody has asked about (proc(5): state Z).</summary>
    private static bool Runs(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>A clock on which every wait is over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(300), period);
        }
    }
}
