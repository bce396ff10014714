using System.Runtime.InteropServices;

namespace Gantry.TestApp.Signals;

/// <summary>kill(2), which .NET does not offer for every signal.</summary>
internal static partial class NativeSignals
{
    public const int Kill = 9;
    public const int Segv = 11;

    /// <summary>Sends this very process a signal, as a crash does.</summary>
    public static void SendToSelf(int signal) => _ = kill(Environment.ProcessId, signal);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
