using System.Diagnostics;

namespace Gantry.FunctionalTests.Harness;

/// <summary>A daemon that runs as a child of the test, so that it can be broken on purpose.</summary>
internal sealed class DaemonProcess(Process process) : IDisposable
{
    public int Pid { get; } = process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Its exit status, once it has ended; 128 plus the signal's number where a signal ended it.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>SIGKILL, and waits until the kernel has taken it away.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        process.Kill(entireProcessTree: false);
        await process.WaitForExitAsync(ct);
    }

    /// <summary>SIGTERM, and waits until it has left.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> TerminateAsync(CancellationToken ct)
    {
        await Signal.SendAsync("TERM", Pid, ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: false);
        }

        process.Dispose();
    }
}
