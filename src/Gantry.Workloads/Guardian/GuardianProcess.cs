using System.Text;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>The guardian as a process: <c>gantry guardian HOME</c>, started by a daemon and by nobody else.</summary>
public static class GuardianProcess
{
    private const int Failed = 1;

    /// <summary>Runs the home's guardian until nothing is left to keep. Returns at once where one runs already.</summary>
    /// <param name="args">The home's path, which must exist.</param>
    /// <returns>The exit status.</returns>
    public static int Run(IReadOnlyList<string> args)
    {
        if (!OperatingSystem.IsLinux() || args.Count != 1)
        {
            Say("usage: gantry guardian HOME (Linux; a daemon starts it)");
            return Failed;
        }

        try
        {
            var complaints = new Complaints(TimeProvider.System, Say);
            var home = HomeFolder.Open(args[0]);
            using var only = AdvisoryLock.TryTake(home.GuardianLock);
            if (only is null)
            {
                return 0;
            }

            var cgroups = CgroupTree.Open(home, Environment.GetEnvironmentVariable(GuardianOptions.CgroupsVariable) != "off");

            // Who sweeps after us may have been started in another place, and would look for our groups there.
            only.Write(Encoding.UTF8.GetBytes(string.Concat(((string[])[$"{Environment.ProcessId}", .. cgroups.Folders]).Select(line => line + "\n"))));
            using var server = new GuardianServer(home, cgroups, TimeProvider.System, complaints.Tell);
            server.Run();
            return 0;
        }
        catch (Exception e)
        {
            // The last word of a process that nobody watches: its standard error is the home's guardian.log.
            Say($"the guardian fails: {Complaints.Describe(e)}");
            return Failed;
        }
    }

    private static unsafe void Say(string text)
    {
        var line = Encoding.UTF8.GetBytes($"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {text}\n");
        fixed (byte* bytes = line)
        {
            _ = Libc.Write(2, bytes, (nuint)line.Length);
        }
    }
}
