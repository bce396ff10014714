using System.Diagnostics;
using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>A command that runs beside the test until it ends, or until the test breaks it.</summary>
internal sealed class BackgroundCommand : IDisposable
{
    private readonly Process _process;
    private readonly string _outputFile;
    private readonly string _line;

    private BackgroundCommand(Process process, string outputFile, string line) => (_process, _outputFile, _line) = (process, outputFile, line);

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public static BackgroundCommand Start(Command command, string outputFile) => new(command.StartInBackground(outputFile), outputFile, command.Line);

    /// <summary>All that it wrote until now, to stdout and stderr.</summary>
    public async Task<string> OutputAsync(CancellationToken ct)
    {
        if (!File.Exists(_outputFile))
        {
            return "";
        }

        await using var file = new FileStream(_outputFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(ct);
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> EndAsync(CancellationToken ct, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience ?? TimeSpan.FromSeconds(60));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Assert.Fail($"{_line} has not ended\n{await OutputAsync(ct)}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until it ends by itself, as it should.</summary>
    public async Task<string> ShouldEndAsync(int code, CancellationToken ct)
    {
        var ended = await EndAsync(ct);
        var output = await OutputAsync(ct);
        Assert.True(ended == code, $"{_line} ended with {ended} instead of {code}\n{output}");
        return output;
    }

    /// <summary>SIGKILL, and waits until the kernel has taken it away.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(ct);
    }

    public Task SignalAsync(string name, CancellationToken ct) => Signal.SendAsync(name, Pid, ct);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: false);
        }

        _process.Dispose();
    }
}
