using Gantry.Daemon.Hosting;

namespace Gantry.Cli.Failures;

/// <summary>A command cannot do what it was asked, for a reason that is told in words: cause, place and next step.</summary>
internal sealed class CliException(Problem problem, int exitCode) : Exception(problem.Detail ?? problem.Title)
{
    public Problem Problem { get; } = problem;

    public int ExitCode { get; } = exitCode;

    /// <summary>What was asked cannot be meant.</summary>
    public static CliException Usage(string code, string message, string? remedy = null) => new(Make(code, message, remedy, 400), ExitCodes.Usage);

    /// <summary>It was tried and did not work.</summary>
    public static CliException Failed(string code, string message, string? remedy = null) => new(Make(code, message, remedy, 500), ExitCodes.Failed);

    /// <summary>It may work when tried again.</summary>
    public static CliException TryAgain(string code, string message, string? remedy = null) => new(Make(code, message, remedy, 503), ExitCodes.TryAgain);

    private static Problem Make(string code, string message, string? remedy, int status) => new()
    {
        Title = "It cannot be done",
        Status = status,
        Code = code,
        Detail = message,
        Remedy = remedy,
    };
}
