using System.Runtime.InteropServices;

namespace Gantry.TestApp.Signals;

/// <summary><c>graceful [--took 2s] [--exit-code N]</c>: needs that long to end once SIGTERM arrives, and says when it begins and when it is done.</summary>
internal static class Graceful
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        using var sigterm = new SigtermWatch();
        Console.WriteLine("ready");
        await sigterm.Received.WaitAsync(Pause.LongerThanAnyTest, TimeProvider.System);
        Console.WriteLine("stopping");
        await Pause.ForAsync(arguments.Duration("--took") ?? TimeSpan.FromSeconds(1));
        Console.WriteLine("stopped");
        return arguments.Number("--exit-code", 0);
    }
}

/// <summary>Takes SIGTERM over from the runtime, which would end the program, and remembers that it came.</summary>
internal sealed class SigtermWatch : IDisposable
{
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _registration;

    public SigtermWatch() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        _received.TrySetResult();
    });

    public Task Received => _received.Task;

    public void Dispose() => _registration.Dispose();
}
