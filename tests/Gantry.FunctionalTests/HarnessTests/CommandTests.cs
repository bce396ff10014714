using Gantry.FunctionalTests.Harness;
using Xunit;
using Xunit.Sdk;

namespace Gantry.FunctionalTests.HarnessTests;

public sealed class CommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_outputs_the_exit_status_and_the_input_are_kept_apart()
    {
        var result = await new Command("/bin/sh", "-c", "cat; echo problem >&2; exit 3") { Input = "hello" }.RunAsync(Ct);
        Assert.Equal((3, "hello", "problem\n"), (result.ExitCode, result.Stdout, result.Stderr));
    }

    [Fact]
    public async Task A_wrong_exit_status_fails_with_what_was_said()
    {
        var result = await new Command("/bin/sh", "-c", "echo out; echo err >&2; exit 3").RunAsync(Ct);
        var failure = Assert.ThrowsAny<XunitException>(() => result.ShouldExit(0));
        Assert.Contains("ended with 3 instead of 0\n--- stdout\nout\n\n--- stderr\nerr", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_too_long_is_killed_and_it_alone()
    {
        // The shell is the command, and sleep its child: only the shell may be ended.
        var marker = $"{Environment.GetEnvironmentVariable("GANTRY_TEST_RUN")}-{Guid.NewGuid():N}";
        var command = new Command("/bin/sh", "-c", $"\"$0\" hold {marker} >/dev/null 2>&1 & echo $!; wait", Programs.TestApp) { Patience = TimeSpan.FromMilliseconds(500) };
        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => command.RunAsync(Ct));
        Assert.Contains("had not ended after", failure.Message, StringComparison.Ordinal);
        var child = Assert.Single(HostProcess.All(), process => process.CommandLine.Contains($"hold {marker}", StringComparison.Ordinal) && !process.CommandLine.StartsWith("/bin/sh", StringComparison.Ordinal));
        child.Kill();
        await Eventually.IsTrueAsync(() => !child.IsAlive(), "the child is gone", Ct);
    }

    [Fact]
    public async Task A_descendant_that_holds_the_output_is_a_failure()
    {
        var marker = $"{Environment.GetEnvironmentVariable("GANTRY_TEST_RUN")}-{Guid.NewGuid():N}";
        var failure = await Assert.ThrowsAnyAsync<XunitException>(
            () => new Command(Programs.TestApp, "double-fork", marker, "--keep-output", "--exit") { PipePatience = TimeSpan.FromMilliseconds(500) }.RunAsync(Ct));
        Assert.Contains("still holds its output", failure.Message, StringComparison.Ordinal);
        Assert.Single(HostProcess.All(), process => process.CommandLine.Contains(marker, StringComparison.Ordinal)).Kill();
    }

    [Fact]
    public async Task Variables_of_Gantry_are_not_inherited()
    {
        var result = await new Command("/bin/sh", "-c", "env") { Environment = { ["GANTRY_HOME"] = "here" } }.RunAsync(Ct);
        var names = result.Stdout.Split('\n').Where(line => line.StartsWith("GANTRY_", StringComparison.Ordinal) && !line.StartsWith("GANTRY_TEST_RUN=", StringComparison.Ordinal));
        Assert.Equal(["GANTRY_HOME=here"], names);
    }
}
