using System.Globalization;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;

namespace Gantry.Cli.Failures;

/// <summary>What is kept of an error that nobody foresaw: the stack belongs into a file, not into a user's terminal.</summary>
internal static class CrashReport
{
    /// <summary>Writes it and returns what to tell.</summary>
    public static Problem Write(Exception exception, IReadOnlyList<string> args, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var where = Save(exception, args, now);
        return new Problem
        {
            Title = "Unexpected error",
            Status = 500,
            Code = "unexpected",
            Detail = $"an error that nobody foresaw: {exception.Message}",
            Remedy = where is null ? null : $"please report it with {where}",
        };
    }

    /// <summary>Only the command's name of what was typed: the rest may hold secrets.</summary>
    private static string? Save(Exception exception, IReadOnlyList<string> args, DateTimeOffset now)
    {
        try
        {
            var home = HomeFolder.Open(HomeFolder.Locate(Environment.GetEnvironmentVariable));
            var path = Path.Combine(home.Path, string.Create(CultureInfo.InvariantCulture, $"crash-{now:yyyyMMdd-HHmmss-fff}.txt"));
            File.WriteAllText(path, $"gantry {BuildVersion.Current}\n{Environment.OSVersion}\n.NET {Environment.Version}\ncommand: {(args.Count > 0 ? args[0] : "")}\n\n{exception}\n");
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HomeException)
        {
            return null;
        }
    }
}
