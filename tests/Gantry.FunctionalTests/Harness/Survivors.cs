using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>
/// What is still there of a home after everything was told to end: processes, sockets and files, control groups,
/// listening ports. Each scenario closes with none.
/// </summary>
internal sealed class Survivors(string home, string marker)
{
    /// <summary>What a home keeps for the next daemon; folders with everything below them.</summary>
    private static readonly string[] Kept =
        ["id", "api.key", "ports.json", "daemon.log", "guardian.log", "daemon.lock", "guardian.lock", "gantryd.toml", "logs/", "certificates/"];

    private readonly SortedSet<int> _ports = [];

    /// <summary>Ports that were seen to belong to the home, and must be closed in the end.</summary>
    public void Watch(IEnumerable<int> ports) => _ports.UnionWith(ports);

    /// <summary>One line for each that is there now.</summary>
    public IReadOnlyList<string> Find() =>
    [
        .. Processes().Select(process => $"process: {process}"),
        .. Files().Select(file => $"file: {file}"),
        .. ControlGroups().Select(folder => $"control group: {folder}"),
        .. ListeningPorts.All().Intersect(_ports).Select(port => $"port {port} still accepts connections"),
    ];

    /// <summary>
    /// The home's processes: the daemon and its guardian carry the home in their environment, what they start carries the
    /// home's id in the mark that the guardian sets, and what cleared its environment carries the test's marker or some
    /// path of the home among its arguments.
    /// </summary>
    public IReadOnlyList<HostProcess> Processes()
    {
        var id = ReadId();
        return
        [
            .. HostProcess.All().Where(process =>
                process.HasVariable("GANTRY_HOME", home)
                || (id is not null && process.HasVariable($"GANTRY_INSTANCE={id}/"))
                || process.CommandLine.Contains(marker, StringComparison.Ordinal)
                || process.CommandLine.Contains(home + "/", StringComparison.Ordinal)
                || process.CommandLine.EndsWith(home, StringComparison.Ordinal)),
        ];
    }

    /// <summary>Waits until nothing is left; fails with what is, having ended it so that it disturbs no other test.</summary>
    public async Task NoneAsync(CancellationToken ct, TimeSpan? deadline = null)
    {
        try
        {
            await Eventually.PassesAsync(
                () =>
                {
                    var found = Find();
                    Assert.True(found.Count == 0, "left behind:\n  " + string.Join("\n  ", found));
                    return Task.CompletedTask;
                },
                ct,
                deadline);
        }
        finally
        {
            Kill();
        }
    }

    /// <summary>Ends what is left. Young ones may start others while the old are counted, hence again until none is found.</summary>
    public void Kill()
    {
        const int enough = 50;
        for (var i = 0; i < enough && Processes() is { Count: > 0 } left; i++)
        {
            foreach (var process in left)
            {
                process.Kill();
            }
        }
    }

    private IEnumerable<string> Files() =>
        Directory.Exists(home)
            ? from path in Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories)
              let name = Path.GetRelativePath(home, path)
              where !Kept.Any(kept => kept.EndsWith('/') ? name.StartsWith(kept, StringComparison.Ordinal) : name == kept)
              select name
            : [];

    public IEnumerable<string> ControlGroups() => ReadId() is { } id ? ControlGroups(id) : [];

    /// <summary>Version 1 has a folder for each controller, and a guardian may itself run in a group of somebody's: five levels cover both.</summary>
    public static IEnumerable<string> ControlGroups(string id)
    {
        const string mount = "/sys/fs/cgroup";
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 5, IgnoreInaccessible = true };
        return Directory.Exists(mount) ? Directory.EnumerateDirectories(mount, $"*{id}*", options) : [];
    }

    private string? ReadId()
    {
        var path = Path.Combine(home, "id");
        return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } id ? id : null;
    }
}
