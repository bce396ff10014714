using System.Diagnostics;

namespace Gantry.TestApp.Processes;

/// <summary>
/// <c>double-fork MARKER [--setsid] [--clear-env] [--keep-output] [--ignore-sigterm] [--exit]</c>: leaves a grandchild
/// whose parent has gone, as a daemon of old does, and prints its pid. The grandchild carries the marker among its
/// arguments, where a test finds it in <c>/proc/*/cmdline</c> even if it gave up its session and its environment.
/// With <c>--exit</c> this process ends, too; with <c>--keep-output</c> the grandchild holds on to the output pipes.
/// </summary>
internal static class DoubleFork
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands is not [var marker])
        {
            throw new UsageException("double-fork wants one MARKER");
        }

        // .NET cannot fork; a shell that starts the grandchild in the background and ends does the same.
        var redirection = arguments.Has("--keep-output") ? "" : " </dev/null >/dev/null 2>&1";
        var shell = new ProcessStartInfo("/bin/sh", ["-c", $"\"$@\"{redirection} & echo $!", "sh"]) { UseShellExecute = false };
        foreach (var word in Grandchild(arguments, marker))
        {
            shell.ArgumentList.Add(word);
        }

        using (var parent = Process.Start(shell)!)
        {
            await parent.WaitForExitAsync();
        }

        if (!arguments.Has("--exit"))
        {
            await Pause.UntilEndedAsync();
        }

        return 0;
    }

    private static IEnumerable<string> Grandchild(Arguments arguments, string marker)
    {
        if (arguments.Has("--setsid"))
        {
            yield return "setsid";
        }

        if (arguments.Has("--clear-env"))
        {
            yield return "env";
            yield return "-i";
            // Without it an executable of .NET does not find a runtime that lies in an unusual place.
            if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
            {
                yield return $"DOTNET_ROOT={root}";
            }
        }

        yield return Environment.ProcessPath!;
        yield return "hold";
        yield return marker;
        if (arguments.Has("--ignore-sigterm"))
        {
            yield return "--ignore-sigterm";
        }
    }
}
