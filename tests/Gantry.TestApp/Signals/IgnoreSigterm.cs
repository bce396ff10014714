using System.Runtime.InteropServices;

namespace Gantry.TestApp.Signals;

/// <summary><c>ignore-sigterm</c>: says so each time, and ends by SIGKILL only.</summary>
internal static class IgnoreSigterm
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ignore);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ignore);
        Console.WriteLine("ready, and staying");
        await Pause.UntilEndedAsync();
        return arguments.Operand(0, 0);
    }

    private static void Ignore(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Console.WriteLine($"ignored {signal.Signal}");
    }
}
