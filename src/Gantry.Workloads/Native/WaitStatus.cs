namespace Gantry.Workloads.Native;

/// <summary>What waitpid(2) reports, in the encoding of Linux.</summary>
internal static class WaitStatus
{
    private const int SignalBits = 0x7f;

    public static ExitStatus Parse(int status)
    {
        var signal = status & SignalBits;
        return signal == 0 ? new ExitStatus((status >> 8) & 0xff) : new ExitStatus(128 + signal, Signals.Name(signal));
    }

    public static int Code(int status) => Parse(status).Code;
}
