namespace Gantry.Cli;

/// <summary>How the command ends, for scripts. <c>exec</c> and <c>wait --for exit</c> end with the status of what they ran or waited for.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    public const int Failed = 1;

    /// <summary>Wrong usage or configuration: the same call will fail again.</summary>
    public const int Usage = 2;

    /// <summary>The daemon cannot be reached or is busy: the same call may work later (EX_TEMPFAIL of sysexits.h).</summary>
    public const int TryAgain = 75;

    /// <summary>Ended by Ctrl-C, as shells count: 128 and SIGINT's 2.</summary>
    public const int Interrupted = 130;
}
