using System.Collections.Immutable;
using System.Globalization;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// What stands between the guardian and the program: posix_spawn(3) sets no control group, no user and no resource
/// limit, so a constant piece of shell joins the groups and the tools of util-linux do the rest. Each replaces itself by
/// the next, so the pid stays.
/// </summary>
internal static class Launch
{
    public const string Shell = "/bin/sh";

    /// <summary>
    /// Constant, so that nothing of the command is ever read as shell text: the groups that it must join up to "--", those
    /// that it may up to another, then the command.
    /// </summary>
    private const string Script = """
        while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 126; shift; done; shift
        while [ "$1" != -- ]; do { echo $$ > "$1/cgroup.procs"; } 2> /dev/null; shift; done; shift
        exec "$@"
        """;

    /// <summary>The tools that this host lacks for what is asked, by name.</summary>
    public static IEnumerable<string> Missing(bool user, bool openFiles)
    {
        if (user && Find("setpriv") is null)
        {
            yield return "setpriv";
        }

        if (openFiles && Find("prlimit") is null)
        {
            yield return "prlimit";
        }
    }

    /// <summary>
    /// A command that the kernel kills as soon as whoever starts it has ended, where this host has the tool. To the kernel
    /// that is the thread that starts it (PR_SET_PDEATHSIG): one of .NET's pool stays for 20 idle seconds at least, so this
    /// is for commands that do not take as long.
    /// </summary>
    public static IEnumerable<string> EndedWithParent(IEnumerable<string> command) =>
        Find("setpriv") is { } tool ? [tool, "--pdeathsig", "KILL", "--", .. command] : command;

    public static (string Path, ImmutableArray<string> Arguments) Wrap(
        string path, ImmutableArray<string> arguments, CgroupSeats groups, RunAs? user, int? openFiles)
    {
        if (groups is { Required: [], Wished: [] } && user is null && openFiles is null)
        {
            return (path, arguments);
        }

        string[] command = [path, .. arguments.Skip(1)];
        if (user is not null)
        {
            var supplementary = user.Named ? "--init-groups" : "--clear-groups";
            command = [Tool("setpriv"), Text("--reuid={0}", user.User), Text("--regid={0}", user.Group), supplementary, "--", .. command];
        }

        if (openFiles is { } files)
        {
            // Before the user changes: raising a limit may need the right to.
            command = [Tool("prlimit"), Text("--nofile={0}", files), "--", .. command];
        }

        return (Shell, [Shell, "-c", Script, Shell, .. groups.Required, "--", .. groups.Wished, "--", .. command]);
    }

    private static string Tool(string name) =>
        Find(name) ?? throw new GuardianException("tool-missing", $"{name} (package util-linux) is not installed");

    private static string? Find(string name) =>
        ((string[])["/usr/bin", "/bin", "/usr/local/bin"]).Select(folder => Path.Combine(folder, name)).FirstOrDefault(IsSound);

    /// <summary>BusyBox has tools of these names that take none of the options.</summary>
    private static bool IsSound(string file) =>
        File.Exists(file) && Path.GetFileName(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName) != "busybox";

    private static string Text(string format, long value) => string.Format(CultureInfo.InvariantCulture, format, value);
}
