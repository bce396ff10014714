using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>A program run once as a person would run it, to its end, with both its outputs kept.</summary>
internal sealed class Command(string program, params string[] arguments)
{
    /// <summary>On top of the caller's; null takes a variable away. Gantry's own variables are never inherited.</summary>
    public Dictionary<string, string?> Environment { get; init; } = [];

    public string? WorkingDirectory { get; init; }

    /// <summary>What it reads; an empty input by default.</summary>
    public string Input { get; init; } = "";

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long its outputs may stay open once it has ended.</summary>
    public TimeSpan PipePatience { get; init; } = TimeSpan.FromSeconds(5);

    public string Line => string.Join(' ', arguments.Prepend(Path.GetFileName(program)));

    /// <summary>Runs it. Where it takes too long it is killed, it alone, and the test fails with what it had said.</summary>
    public async Task<CommandResult> RunAsync(CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(Prepare())!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var stdout = new StringBuilder();
        var stderr = new StringBuilder();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, stdout), ReadAsync(process.StandardError, stderr));
        try
        {
            await process.StandardInput.WriteAsync(Input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
        }
        catch (IOException)
        {
            // It ended, or closed its input, without reading everything.
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: false);
            ct.ThrowIfCancellationRequested();
            Assert.Fail($"{Line} had not ended after {Patience.TotalSeconds:0} s and was killed\n{Show(stdout, stderr)}");
        }

        var duration = TimeProvider.System.GetElapsedTime(began);
        if (await Task.WhenAny(reading, Task.Delay(PipePatience, TimeProvider.System, ct)) != reading)
        {
            Assert.Fail($"{Line} ended with {process.ExitCode}, but something that it started still holds its output pipes\n{Show(stdout, stderr)}");
        }

        return new CommandResult(Line, process.ExitCode, stdout.ToString(), stderr.ToString(), duration);
    }

    /// <summary>Starts it without waiting; the caller owns the process. Its outputs go to the file.</summary>
    public Process StartInBackground(string outputFile)
    {
        // The shell opens the file and is then replaced, so the pid is the program's own. A test run that was put into the
        // background ignores SIGINT, and a person's command does not: env(1) of coreutils puts that right.
        var info = Prepare();
        info.FileName = "/bin/sh";
        info.ArgumentList.Clear();
        foreach (var word in new[] { "-c", "exec env --default-signal=INT,QUIT,HUP -- \"$@\" >>\"$0\" 2>&1", outputFile, program }.Concat(arguments))
        {
            info.ArgumentList.Add(word);
        }

        info.RedirectStandardOutput = info.RedirectStandardError = false;
        var process = Process.Start(info)!;
        process.StandardInput.Close();
        return process;
    }

    private ProcessStartInfo Prepare()
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory ?? "",
        };
        foreach (var name in info.Environment.Keys.Where(IsGantrys).ToList())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in Environment)
        {
            info.Environment[name] = value;
        }

        return File.Exists(program) || !program.Contains('/', StringComparison.Ordinal)
            ? info
            : throw new Win32Exception($"there is no {program}: build the whole solution first");
    }

    /// <summary>The run's own word stays: by it <c>./test</c> finds what was left behind.</summary>
    private static bool IsGantrys(string name) =>
        (name.StartsWith("GANTRY_", StringComparison.Ordinal) && name != "GANTRY_TEST_RUN") || name is "NOTIFY_SOCKET" or "PORT";

    private static async Task ReadAsync(StreamReader from, StringBuilder to)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            lock (to)
            {
                to.Append(buffer, 0, read);
            }
        }
    }

    private static string Show(StringBuilder stdout, StringBuilder stderr)
    {
        lock (stdout)
        {
            lock (stderr)
            {
                return CommandResult.Show(stdout.ToString(), stderr.ToString());
            }
        }
    }
}
