using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Scripts;

/// <summary><c>./test</c>: counts truly, explains what did not run, and leaves nothing behind.</summary>
public sealed class TestScriptTests : IDisposable
{
    private static readonly string[] ProgramFolders = ["/usr/bin", "/bin"];

    private readonly FakeRepository _repository = new();

    public TestScriptTests()
    {
        Directory.CreateDirectory(_repository.Beside("runners"));
        _repository.Write("tests/Gantry.Tests/Gantry.Tests.csproj", "<IsTestProject>true</IsTestProject>");
        _repository.Write("tests/Gantry.SlowTests/Gantry.SlowTests.csproj", "<IsTestProject>true</IsTestProject>");
        _repository.Write("tests/Gantry.TestApp/Gantry.TestApp.csproj", "<Project />");
        Runner("Gantry.Tests", Report(passed: 3));
        Runner("Gantry.SlowTests", Report(passed: 2));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task All_passed_is_success_and_the_count_stands_alone_on_the_last_line()
    {
        var result = (await _repository.RunAsync("test", Ct)).ShouldExit(0);
        Assert.Equal("5 passed, 0 failed, 0 skipped", result.Stdout.TrimEnd('\n').Split('\n')[^1]);
    }

    [Fact]
    public async Task Counts_are_summed_and_a_failure_is_one()
    {
        Runner("Gantry.SlowTests", Report(passed: 2, failed: 1, skipped: 4) + "exit 2");
        await ClosesAsync(1, "5 passed, 1 failed, 4 skipped");
    }

    [Fact]
    public async Task Errors_outside_of_a_test_count_as_failures()
    {
        Runner("Gantry.SlowTests", Report(passed: 2, errors: 2) + "exit 2");
        await ClosesAsync(1, "5 passed, 2 failed, 0 skipped");
    }

    [Fact]
    public async Task The_reason_of_a_skip_is_printed_whatever_it_holds()
    {
        const string test = """<test name="A.B(x: &quot;&lt;y&gt;&quot;)" result="Skip"><reason><![CDATA[needs <tool> & more\nand passed="9"]]></reason></test>""";
        Runner("Gantry.SlowTests", Report(passed: 2, skipped: 1, body: test));
        var result = await ClosesAsync(0, "5 passed, 0 failed, 1 skipped");
        Assert.Contains("   A.B(x: \"<y>\"): needs <tool> & more", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_without_a_report_has_crashed()
    {
        Runner("Gantry.SlowTests", "kill -SEGV $$");
        Assert.Contains("it crashed", (await ClosesAsync(1, "3 passed, 1 failed, 0 skipped")).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_that_ends_badly_after_a_good_report_is_a_failure()
    {
        Runner("Gantry.SlowTests", Report(passed: 2) + "exit 3");
        await ClosesAsync(1, "5 passed, 1 failed, 0 skipped");
    }

    [Fact]
    public async Task Where_nothing_ran_nothing_was_shown()
    {
        Runner("Gantry.Tests", Report(passed: 0) + "exit 8");
        Runner("Gantry.SlowTests", Report(passed: 0) + "exit 8");
        var command = _repository.Command("test", "--filter", "nothing");
        Assert.Contains("nothing ran", (await command.RunAsync(Ct)).ShouldExit(1).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_that_hangs_is_ended()
    {
        Runner("Gantry.SlowTests", "exec sleep 600");
        var command = _repository.Command("test");
        command.Environment["GANTRY_TEST_TIMEOUT"] = "1s";
        Assert.Contains("took longer than 1s", (await command.RunAsync(Ct)).ShouldExit(1).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_left_behind_is_a_failure_and_is_ended()
    {
        var seconds = Unique();
        Runner("Gantry.SlowTests", Report(passed: 2) + $"setsid sleep {seconds} >/dev/null 2>&1 &");
        var result = await ClosesAsync(1, "5 passed, 1 failed, 0 skipped");
        Assert.Contains($"sleep {seconds}", result.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain(HostProcess.All(), process => process.CommandLine == $"sleep {seconds}");
    }

    [Fact]
    public async Task A_file_left_behind_is_a_failure()
    {
        Runner("Gantry.SlowTests", Report(passed: 2) + "touch \"$TMPDIR/g-left\"; touch \"$TMPDIR/dotnet-diagnostic-1-1-socket\"");
        var result = await ClosesAsync(1, "5 passed, 1 failed, 0 skipped");
        Assert.Contains("left in the temporary folder: g-left", result.Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Interrupted_it_ends_everything_that_it_started(string signal)
    {
        var seconds = Unique();
        Runner("Gantry.Tests", $"setsid sleep {seconds} >/dev/null 2>&1 & sleep {seconds}");
        using var run = new DaemonProcess(_repository.Command("test").StartInBackground("/dev/null"));
        await Eventually.IsTrueAsync(() => Sleepers().Count() == 2, "the tests run", Ct);
        await Signal.SendAsync(signal, run.Pid, Ct);
        await Eventually.IsTrueAsync(() => run.HasExited, "it has ended", Ct);
        Assert.Equal(130, run.ExitCode);
        Assert.Empty(Sleepers());

        IEnumerable<HostProcess> Sleepers() => HostProcess.All().Where(process => process.CommandLine == $"sleep {seconds}");
    }

    [Fact]
    public async Task Fast_and_filter_and_chaos_reach_the_runners()
    {
        Runner("Gantry.Tests", Report(passed: 1) + "echo \"rounds: $GANTRY_TEST_ROUNDS; $*\"");
        var result = (await _repository.RunAsync("test", Ct, "--fast", "--chaos", "--filter", "Toml")).ShouldExit(0);
        Assert.Contains("rounds: 50; ", result.Stdout, StringComparison.Ordinal);
        Assert.Contains("--filter-method *Toml*", result.Stdout, StringComparison.Ordinal);
        Assert.EndsWith("\n1 passed, 0 failed, 0 skipped\n", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_fails_is_shown_and_counted()
    {
        _repository.Tell("fail", "X.cs(1,1): error CS1002: ; expected\n");
        var result = await ClosesAsync(1, "0 passed, 1 failed, 0 skipped");
        Assert.Contains("error CS1002", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_on_the_host_is_named_and_installed()
    {
        // Every program of this host but one, and an apt-get that only notes what it is told.
        var tools = Directory.CreateDirectory(_repository.Beside("tools")).FullName;
        foreach (var program in ProgramFolders.SelectMany(Directory.EnumerateFiles).Where(path => Path.GetFileName(path) is not ("tmux" or "apt-get" or "dotnet")))
        {
            var link = Path.Combine(tools, Path.GetFileName(program));
            if (!File.Exists(link))
            {
                File.CreateSymbolicLink(link, program);
            }
        }

        _repository.WriteProgram("../bin/apt-get", "#!/bin/sh\necho \"$*\" >>\"$(dirname \"$0\")/installed\"\n");
        var command = _repository.Command("test");
        command.Environment["PATH"] = $"{Path.GetDirectoryName(tools)}:{tools}";
        var result = (await command.RunAsync(Ct)).ShouldExit(0);
        Assert.Contains("tmux is missing", result.Stdout, StringComparison.Ordinal);
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Contains("installing tmux", result.Stdout, StringComparison.Ordinal);
            Assert.Equal(["update", "install -y --no-install-recommends tmux"], await File.ReadAllLinesAsync(_repository.Beside("installed"), Ct));
        }
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("--filter")]
    public async Task Wrong_usage_is_explained(string option) =>
        Assert.Contains("test: ", (await _repository.RunAsync("test", Ct, option)).ShouldExit(2).Stderr, StringComparison.Ordinal);

    [Fact]
    public async Task Listing_the_steps_does_none_of_them()
    {
        var result = (await _repository.RunAsync("test", Ct, "--list-steps")).ShouldExit(0);
        Assert.Contains("run Gantry.Tests\nrun Gantry.SlowTests\n", result.Stdout, StringComparison.Ordinal);
        Assert.Equal(0, _repository.Calls);
    }

    /// <summary>A number of seconds that nobody else on this machine sleeps.</summary>
    private static string Unique() => $"{Random.Shared.Next(100_000, 900_000)}".ToString(CultureInfo.InvariantCulture);

    private static string Report(int passed, int failed = 0, int skipped = 0, int errors = 0, string body = "") => $"""
        while [ $# -gt 0 ]; do
            if [ "$1" = --results-directory ]; then folder=$2; fi
            if [ "$1" = --report-xunit-filename ]; then name=$2; fi
            all="$all $1"
            shift
        done
        cat >"$folder/$name" <<'END'
        <assemblies><assembly name="x" errors="{errors}" failed="{failed}" passed="{passed}" skipped="{skipped}" total="9"><collection passed="99">{body}</collection></assembly></assemblies>
        END
        set -- $all

        """;

    private void Runner(string project, string script) => _repository.WriteProgram($"../bin/runners/{project}", "#!/bin/bash\nset -f\n" + script);

    private async Task<CommandResult> ClosesAsync(int exit, string line)
    {
        var result = (await _repository.RunAsync("test", Ct)).ShouldExit(exit);
        Assert.EndsWith($"\n{line}\n", result.Stdout, StringComparison.Ordinal);
        return result;
    }
}
