using Gantry.Workloads.Guardian;

namespace Gantry.Tests.Workloads.Guardian;

/// <summary>
/// A tree of version 2 in a folder, which obeys the kernel's two rules that matter: no controller is passed on by a group
/// with processes but the root of all, and a process is in one group at a time.
/// </summary>
internal sealed class FakeCgroups : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gantry-cgroups-");

    public string Root => _root.FullName;

    /// <summary>What the kernel refuses although its rules allow it, by the text that is written.</summary>
    public HashSet<string> Refused { get; } = [];

    /// <summary>A group with its files. The root of all has no type; that of a container has.</summary>
    public string Add(string path, string controllers, string passed = "", params int[] processes)
    {
        var folder = Directory.CreateDirectory(In(path)).FullName;
        File.WriteAllText(Path.Combine(folder, "cgroup.controllers"), controllers + "\n");
        File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), passed + "\n");
        File.WriteAllText(Path.Combine(folder, "cgroup.procs"), string.Concat(processes.Select(pid => $"{pid}\n")));
        if (path != "/")
        {
            File.WriteAllText(Path.Combine(folder, "cgroup.type"), "domain\n");
        }

        return folder;
    }

    public string In(string path) => Path.TrimEndingDirectorySeparator(Root + path);

    public string ReadText(string path) => File.ReadAllText(In(path)).Trim();

    /// <summary>The host as a process in the one group, with process 1 in the other, sees it.</summary>
    public CgroupMounts SeenFrom(string own, string first) =>
        new([$"41 31 0:38 / {Root} rw,relatime - cgroup2 cgroup2 rw"], [$"0::{own}"], [$"0::{first}"]) { Write = Write };

    public void Dispose() => _root.Delete(recursive: true);

    private void Write(string path, string text)
    {
        var folder = Path.GetDirectoryName(path)!;
        switch (Path.GetFileName(path))
        {
            case "cgroup.subtree_control" when Refused.Contains(text) || (File.Exists(Path.Combine(folder, "cgroup.type")) && new FileInfo(Path.Combine(folder, "cgroup.procs")).Length > 0):
                throw new IOException($"Device or resource busy : '{path}'");
            case "cgroup.subtree_control":
                File.AppendAllText(path, " " + text[1..]);
                break;
            case "cgroup.procs":
                foreach (var file in Directory.EnumerateFiles(Root, "cgroup.procs", SearchOption.AllDirectories))
                {
                    File.WriteAllLines(file, File.ReadAllLines(file).Where(line => line != text));
                }

                File.AppendAllText(path, text + "\n");
                break;
            default:
                File.WriteAllText(path, text);
                break;
        }
    }
}
