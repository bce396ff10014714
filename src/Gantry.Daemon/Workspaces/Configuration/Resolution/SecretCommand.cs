using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Gantry.Daemon.Configuration;
using Gantry.Workloads;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>What a command printed, or why there is nothing.</summary>
internal sealed record SecretOutput(byte[] Output, string? Fault, string? Help)
{
    public static SecretOutput Failed(string fault, string? help = null) => new([], fault, help);

    public override string ToString() => Fault ?? $"{Output.Length} bytes";
}

/// <summary>
/// Runs a command that prints a secret. No guardian holds it, as none may run yet: it ends with the daemon, and carries the
/// mark of the home, by which a sweep finds whatever it has started.
/// </summary>
internal static class SecretCommand
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>What it printed is in its pipes when it ends; an agent that it leaves behind may hold them open for ever.</summary>
    private static readonly TimeSpan PipePatience = TimeSpan.FromMilliseconds(250);

    /// <param name="homeId">Whose command it is.</param>
    public static async Task<SecretOutput> RunAsync(ImmutableArray<string> command, string folder, ImmutableDictionary<string, string> environment, string homeId, TimeProvider time, CancellationToken ct)
    {
        using var process = new Process();
        try
        {
            // The caller's PATH counts, not the daemon's, and relative paths begin at the workspace.
            var program = ProgramFile.Find(command[0], folder, environment.GetValueOrDefault("PATH"));
            process.StartInfo = StartInfo([.. Launch.EndedWithParent([program, .. command.Skip(1)])], folder, environment.SetItem(InstanceId.MarkVariable, $"{homeId}/secret").Remove(InstanceId.IndependentVariable));
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or WorkloadException)
        {
            return SecretOutput.Failed($"{Found.Quote(command[0])} cannot be started: {e.Message}", (e as WorkloadException)?.Fault.Remedy);
        }

        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
        process.StandardInput.Close();
        var output = ReadAsync(process.StandardOutput.BaseStream, over.Token);
        var errors = ReadAsync(process.StandardError.BaseStream, over.Token);
        try
        {
            await process.WaitForExitAsync(either.Token);
            await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(PipePatience, time, either.Token));
            await over.CancelAsync();
            return Judge(process.ExitCode, await output, LastLine(await errors));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(output, errors);
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            return SecretOutput.Failed($"no end after {TimeLimit.TotalSeconds:0} seconds", "a command that waits for somebody to type cannot be used here");
        }
    }

    private static ProcessStartInfo StartInfo(ImmutableArray<string> command, string folder, ImmutableDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
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

    /// <summary>
    /// All that is printed until its end or until told to stop, one byte beyond the limit at most; the rest is read and
    /// dropped, so that nobody blocks on a full pipe.
    /// </summary>
    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken ct)
    {
        var kept = new byte[BoundedFile.MaxBytes + 1];
        var dropped = new byte[4096];
        var length = 0;
        try
        {
            int count;
            do
            {
                count = await stream.ReadAsync(length < kept.Length ? kept.AsMemory(length) : dropped, ct);
                length = Math.Min(kept.Length, length + count);
            }
            while (count > 0);
        }
        catch (OperationCanceledException)
        {
            // Whoever still holds the other end has nothing to say that counts.
        }

        return kept[..length];
    }

    private static string LastLine(byte[] errors)
    {
        const int Longest = 200;
        var line = Encoding.UTF8.GetString(errors).Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0) ?? "";
        return line.Length > Longest ? line[..Longest] + "…" : line;
    }
}
