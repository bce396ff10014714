using System.Net.WebSockets;
using Gantry.Cli.Connection;
using Gantry.Cli.Native;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Failures;

/// <summary>What an exception comes to.</summary>
/// <param name="Problem">What is told; null where there is nothing to tell.</param>
internal sealed record Failure(Problem? Problem, int ExitCode)
{
    /// <summary>The one place where exceptions become messages and exit codes; null for what nobody foresaw.</summary>
    public static Failure? Of(Exception exception) => exception switch
    {
        CliException e => new Failure(e.Problem, e.ExitCode),
        BrokenPipeException => new Failure(null, ExitCodes.Done),
        OperationCanceledException => new Failure(null, ExitCodes.Interrupted),
        NoDaemonException => Tell("no-daemon", "no daemon runs", "gantry up starts one", ExitCodes.TryAgain),
        DaemonProtocolException or WebSocketException => Tell("daemon-gone", $"the connection to the daemon broke: {exception.Message}", "try again; gantry daemon status tells whether one runs", ExitCodes.TryAgain),
        HomeException e => Tell("bad-home", e.Message, e.Remedy, ExitCodes.Usage),
        DaemonException e => Tell("daemon-failed", e.Message, e.Remedy, ExitCodes.Failed),
        ConfigurationException e => new Failure(ConfigurationProblem(e), ExitCodes.Usage),
        WorkloadException e => Tell(e.Fault.Code, e.Fault.Message, e.Fault.Remedy, ExitCodes.Failed),
        IOException or UnauthorizedAccessException => Tell("io", exception.Message, null, ExitCodes.Failed),
        _ => null,
    };

    /// <summary>Faults of a file, found without a daemon.</summary>
    public static Problem ConfigurationProblem(ConfigurationException exception) => new()
    {
        Title = "The configuration has faults",
        Status = 422,
        Code = "bad-configuration",
        Diagnostics = exception.Diagnostics,
    };

    private static Failure Tell(string code, string message, string? remedy, int exitCode) =>
        new(new Problem { Title = "It cannot be done", Status = 500, Code = code, Detail = message, Remedy = remedy }, exitCode);
}
