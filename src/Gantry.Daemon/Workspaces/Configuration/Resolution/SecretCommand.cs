using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Gantry.Daemon.Configuration;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>What a command printed, or why there is nothing.</summary>
internal sealed record SecretOutput(byte[] Output, string? Fault, string? Help)
{
    public static SecretOutput Failed(string fault, string? help = null) => new([], fault, help);

    public override string ToString() => Fault ?? $"{Output.Length} bytes";
}

/// <summary>Runs a command that prints a secret.</summary>
internal static class SecretCommand
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    public static async Task<SecretOutput> RunAsync(ImmutableArray<string> command, string folder, ImmutableDictionary<string, string> environment, TimeProvider time, CancellationToken ct)
    {
        using var process = new Process { StartInfo = StartInfo(command, folder, environment) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return SecretOutput.Failed($"{Found.Quote(command[0])} cannot be started: {e.Message}", "is it installed and on the PATH?");
        }

        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput.BaseStream, either.Token);
            var errors = ReadAsync(process.StandardError.BaseStream, either.Token);
            await Task.WhenAll(output, errors, process.WaitForExitAsync(either.Token));
            return Judge(process.ExitCode, await output, LastLine(await errors));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return SecretOutput.Failed($"no end after {TimeLimit.TotalSeconds:0} seconds", "a command that waits for somebody to type cannot be used here");
        }
        finally
        {
            End(process);
        }
    }

    private static ProcessStartInfo StartInfo(ImmutableArray<string> command, string folder, ImmutableDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Locate(command[0], folder, environment), command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>The program's file: the caller's PATH counts, not the daemon's, and relative paths begin at the workspace.</summary>
    private static string Locate(string program, string folder, ImmutableDictionary<string, string> environment)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return Path.GetFullPath(program, folder);
        }

        return environment.GetValueOrDefault("PATH", "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => Path.Combine(Path.GetFullPath(entry, folder), program))
            .FirstOrDefault(File.Exists) ?? program;
    }

    private static SecretOutput Judge(int exit, byte[] output, string lastLine)
    {
        if (exit != 0)
        {
            return SecretOutput.Failed($"exited with {exit}{(lastLine.Length == 0 ? "" : $": {lastLine}")}");
        }

        return output.Length switch
        {
            0 => SecretOutput.Failed("printed nothing", lastLine.Length == 0 ? null : lastLine),
            > BoundedFile.MaxBytes => SecretOutput.Failed($"printed more than {BoundedFile.MaxBytes >> 20} MiB"),
            _ => new SecretOutput(output, null, null),
        };
    }

    /// <summary>All that is printed, one byte beyond the limit at most; the rest is read and dropped, so that nobody blocks on a full pipe.</summary>
    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken ct)
    {
        var kept = new byte[BoundedFile.MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(kept, kept.Length, throwOnEndOfStream: false, ct);
        var dropped = new byte[4096];
        while (await stream.ReadAsync(dropped, ct) > 0)
        {
        }

        return kept[..length];
    }

    private static string LastLine(byte[] errors)
    {
        const int Longest = 200;
        var line = Encoding.UTF8.GetString(errors).Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0) ?? "";
        return line.Length > Longest ? line[..Longest] + "…" : line;
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
