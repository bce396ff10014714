using System.Net.WebSockets;
using Gantry.Cli;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Native;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class FailureTests
{
    public static IEnumerable<TheoryDataRow<Exception, int, string?>> Foreseen =>
    [
        new(CliException.Usage("a", "b"), 2, "a"),
        new(CliException.Failed("a", "b"), 1, "a"),
        new(CliException.TryAgain("a", "b"), 75, "a"),
        new(new NoDaemonException("/srv/gantry.sock"), 75, "no-daemon"),
        new(new DaemonProtocolException("cut off"), 75, "daemon-gone"),
        new(new WebSocketException("cut off"), 75, "daemon-gone"),
        new(new HomeException("too long"), 2, "bad-home"),
        new(new DaemonException("a daemon already runs"), 1, "daemon-failed"),
        new(new ConfigurationException([new Diagnostic(DiagnosticSeverity.Error, "bad", "gantry.toml", 1, 1)]), 2, "bad-configuration"),
        new(new WorkloadException(new Fault("not-running", "web does not run")), 1, "not-running"),
        new(new IOException("disk full"), 1, "io"),
        new(new UnauthorizedAccessException("not yours"), 1, "io"),
        new(new OperationCanceledException(), 130, null),
        new(new BrokenPipeException(), 0, null),
    ];

    [Theory]
    [MemberData(nameof(Foreseen))]
    public void What_is_foreseen_has_words_and_an_exit_code(Exception exception, int exitCode, string? code)
    {
        var failure = Failure.Of(exception);
        Assert.NotNull(failure);
        Assert.Equal((exitCode, code), (failure.ExitCode, failure.Problem?.Code));
    }

    [Fact]
    public void What_nobody_foresaw_is_left_to_the_crash_report() => Assert.Null(Failure.Of(new InvalidOperationException("bug")));

    [Fact]
    public async Task An_unforeseen_error_shows_no_stack_and_keeps_it_in_a_file()
    {
        var folder = Directory.CreateTempSubdirectory("gantry-crash").FullName;
        var before = Environment.GetEnvironmentVariable("GANTRY_HOME");
        Environment.SetEnvironmentVariable("GANTRY_HOME", folder);
        try
        {
            var (stdout, stderr) = (new StringWriter(), new StringWriter());
            using var output = new Gantry.Cli.Output.CommandOutput(stdout, stderr, new Gantry.Cli.Output.OutputOptions(Json: true, Colours: false, Quiet: false));
            var code = await CommandRunner.GuardAsync(output, ["up", "--token=hidden"], () => throw new InvalidOperationException("the bug"));
            output.Flush();
            Assert.Equal(ExitCodes.Failed, code);
            Assert.DoesNotContain(" at Gantry", stderr.ToString() + stdout, StringComparison.Ordinal);
            Assert.Contains("\"code\":\"unexpected\"", stdout.ToString(), StringComparison.Ordinal);
            var report = Assert.Single(Directory.GetFiles(folder, "crash-*.txt"));
            Assert.Contains(report, stderr.ToString(), StringComparison.Ordinal);
            var kept = await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken);
            Assert.Contains(" at Gantry.Tests.Cli", kept, StringComparison.Ordinal);
            Assert.DoesNotContain("hidden", kept, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("GANTRY_HOME", before);
            Directory.Delete(folder, recursive: true);
        }
    }
}
