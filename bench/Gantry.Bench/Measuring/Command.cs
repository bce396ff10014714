using System.Collections.Immutable;
using System.Diagnostics;

namespace Gantry.Bench.Measuring;

/// <summary>A program and its words, run without a shell and without a terminal.</summary>
internal sealed record Command(string Program, ImmutableArray<string> Arguments)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>On top of this process's own.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string? Folder { get; init; }

    /// <summary>As a person would type it: the program's name without its folder.</summary>
    public string Line => string.Join(' ', Arguments.Prepend(Path.GetFileName(Program)).Select(word => word.Contains('/') && Path.IsPathRooted(word) ? Path.GetFileName(word) : word));

    /// <summary>Runs it to its end and returns how long that took, from before its start until its exit was seen.</summary>
    /// <exception cref="MeasuringException">It failed, or took longer than a minute.</exception>
    public async Task<TimeSpan> TimeAsync(CancellationToken ct) => (await RunAsync(ct)).Duration;

    /// <inheritdoc cref="TimeAsync"/>
    public async Task<(TimeSpan Duration, string Output)> RunAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var began = TimeProvider.System.GetTimestamp();
        using var process = Start();
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            var duration = TimeProvider.System.GetElapsedTime(began);
            return process.ExitCode == 0
                ? (duration, await output)
                : throw new MeasuringException($"{Line} exited with {process.ExitCode}: {(await errors).Trim()} {(await output).Trim()}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            process.Kill();
            throw new MeasuringException($"{Line} had not ended after {Patience.TotalSeconds:0} s");
        }
    }

    /// <summary>Starts it; the caller owns the process, and its outputs where they are not sent to a file.</summary>
    public Process Start(string? outputFile = null)
    {
        // The shell opens the file and is then replaced: the pid is the program's own, and nobody has to read a pipe.
        var info = outputFile is null
            ? new ProcessStartInfo(Program, Arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", outputFile, Program, .. Arguments]);
        info.UseShellExecute = false;
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = info.RedirectStandardError = outputFile is null;
        info.WorkingDirectory = Folder ?? "";
        foreach (var (name, value) in Environment)
        {
            info.Environment[name] = value;
        }

        var process = Process.Start(info) ?? throw new MeasuringException($"{Program} did not start");
        process.StandardInput.Close();
        return process;
    }
}

/// <summary>Something could not be measured; the message says why.</summary>
internal sealed class MeasuringException(string message) : Exception(message);
