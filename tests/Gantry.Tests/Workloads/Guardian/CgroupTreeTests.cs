using Gantry.Workloads;
using Gantry.Workloads.Guardian;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

/// <summary>What becomes of the control groups of hosts of all kinds. The kernel's part is played in a folder.</summary>
public sealed class CgroupTreeTests : IDisposable
{
    private const string Id = "0123456789abcdef";

    private const string All = "cpu memory pids";

    private const int Guardian = 700;

    private const int Daemon = 699;

    private const int Shell = 650;

    private static readonly Limits Limited = new() { Memory = 1 << 20, Cpus = 0.5, Pids = 10 };

    private readonly FakeCgroups _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void As_root_under_systemd_the_groups_lie_below_the_root_of_the_tree_and_limit()
    {
        _host.Add("/", All + " io", "memory pids", 2, 3);
        _host.Add("/user.slice", All, All);
        _host.Add("/user.slice/user-0.slice", All, All);
        _host.Add("/user.slice/user-0.slice/session-3.scope", All, "", Shell, Daemon, Guardian);
        var tree = Open("/user.slice/user-0.slice/session-3.scope", "/init.scope");
        Assert.Equal(_host.In($"/gantry-{Id}"), Assert.Single(tree.Folders));
        Assert.Empty(tree.Limits.Missing);
        var seats = tree.Create("w/a/0", Limited);
        Assert.Equal(_host.In($"/gantry-{Id}/w.a.0"), Assert.Single(seats.Required));
        Assert.Equal("1048576", _host.ReadText($"/gantry-{Id}/w.a.0/memory.max"));
        Assert.Equal("50000 100000", _host.ReadText($"/gantry-{Id}/w.a.0/cpu.max"));
        Assert.Equal("10", _host.ReadText($"/gantry-{Id}/w.a.0/pids.max"));
        Assert.Equal("memory pids  cpu", _host.ReadText("/cgroup.subtree_control").Replace("\n", " ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_container_with_others_in_its_group_starts_what_has_no_limits_and_names_them_otherwise()
    {
        _host.Add("/box", All, "", 1, Shell, Daemon, Guardian);
        var tree = Open("/box", "/box");
        Assert.True(tree.IsUsable);
        Assert.Equal(_host.In($"/box/gantry-{Id}/w.a.0"), Assert.Single(tree.Create("w/a/0", Limits.None).Wished));
        Assert.Equal(["memory", "cpus", "pids"], tree.Limits.Missing.Select(missing => missing.Limit));
        Assert.All(tree.Limits.Missing, missing => Assert.Contains($"{_host.In("/box")} holds other processes than Gantry's", missing.Reason, StringComparison.Ordinal));
        Assert.Contains("limits.memory: ", Assert.Throws<IOException>(() => tree.Create("w/b/0", Limited)).Message, StringComparison.Ordinal);
        Assert.Equal($"1 {Shell} {Daemon} {Guardian}", _host.ReadText("/box/cgroup.procs").Replace('\n', ' '));
    }

    [Fact]
    public void Where_only_daemon_and_guardian_are_in_the_group_they_make_room()
    {
        _host.Add("/box", All, "", Daemon, Guardian);
        var tree = Open("/box", "/box");
        Assert.Empty(tree.Limits.Missing);
        Assert.Single(tree.Create("w/a/0", Limited).Required);
        Assert.Equal("", _host.ReadText("/box/cgroup.procs"));
        Assert.Equal($"{Daemon} {Guardian}", _host.ReadText("/box/gantry-own/cgroup.procs").Replace('\n', ' '));
    }

    [Fact]
    public void A_guardian_that_comes_where_room_was_made_finds_the_same_groups()
    {
        _host.Add("/box", All, All);
        _host.Add("/box/gantry-own", All, "", Daemon, Guardian);
        var tree = Open("/box/gantry-own", "/box/gantry-own");
        Assert.Equal(_host.In($"/box/gantry-{Id}"), Assert.Single(tree.Folders));
        Assert.Empty(tree.Limits.Missing);
    }

    [Fact]
    public void A_guardian_inside_of_a_homes_group_makes_its_groups_beside_it()
    {
        _host.Add("/box", All);
        _host.Add("/box/gantry-fedcba9876543210/w.s.0", All, "", Shell, Guardian);
        var mounts = new CgroupMounts([$"39 31 0:36 / {_host.Root} rw - cgroup cgroup rw,pids"], ["8:pids:/box/gantry-fedcba9876543210/w.s.0"], ["8:pids:/"]);
        Assert.Equal(_host.In($"/box/gantry-{Id}"), Assert.Single(CgroupTree.Open(Id, mounts, [Guardian]).Folders));
    }

    [Fact]
    public void Nothing_is_made_above_the_container_that_process_1_is_in()
    {
        _host.Add("/", All, All, 2, 3);
        _host.Add("/docker", All, All);
        _host.Add("/docker/box", All, "", 1, Shell, Daemon, Guardian);
        Assert.Equal(_host.In($"/docker/box/gantry-{Id}"), Assert.Single(Open("/docker/box", "/docker/box").Folders));
    }

    [Fact]
    public void A_controller_that_the_kernel_refuses_takes_no_other_with_it()
    {
        _host.Add("/", All, "", 2, 3);
        _host.Refused.Add("+cpu");
        var tree = Open("/a", "/init.scope");
        var (limit, reason) = Assert.Single(tree.Limits.Missing);
        Assert.Equal("cpus", limit);
        Assert.Contains("Device or resource busy", reason, StringComparison.Ordinal);
        Assert.Single(tree.Create("w/a/0", Limited with { Cpus = null }).Required);
        Assert.Throws<IOException>(() => tree.Create("w/b/0", Limited));
    }

    [Fact]
    public void A_tree_that_only_holds_processes_together_says_which_controllers_it_lacks()
    {
        _host.Add("/", "hugetlb", "", 2, 3);
        var tree = Open("/", "/");
        Assert.True(tree.IsUsable);
        Assert.Equal(["memory", "cpus", "pids"], tree.Limits.Missing.Select(missing => missing.Limit));
        Assert.Single(tree.Create("w/a/0", Limits.None).Wished);
    }

    [Fact]
    public void A_group_that_cannot_be_made_any_more_refuses_only_a_limit()
    {
        _host.Add("/", All, All, 2, 3);
        var tree = Open("/", "/");
        Directory.Delete(_host.In($"/gantry-{Id}"), recursive: true);
        File.WriteAllText(_host.In($"/gantry-{Id}"), "in its place");
        Assert.Equal(0, tree.Create("w/a/0", Limits.None) is var seats ? seats.Required.Count + seats.Wished.Count : -1);
        Assert.Throws<IOException>(() => tree.Create("w/b/0", Limited));
    }

    [Fact]
    public void A_tree_whose_groups_nobody_may_join_is_not_used()
    {
        _host.Add("/", All, All, 2, 3);
        Directory.CreateDirectory(_host.In($"/gantry-{Id}/trial/cgroup.procs"));
        var tree = Open("/", "/");
        Assert.False(tree.IsUsable);
        Assert.Equal(3, tree.Limits.Missing.Count());
    }

    [Fact]
    public void A_tree_whose_groups_nobody_may_join_is_left_as_it_was()
    {
        _host.Add("/box", All, "", Daemon, Guardian);
        Directory.CreateDirectory(_host.In($"/box/gantry-{Id}/trial/cgroup.procs"));
        Assert.False(Open("/box", "/box").IsUsable);
        Assert.Empty(Directory.GetDirectories(_host.In("/box")));
        Assert.Equal("", _host.ReadText("/box/cgroup.subtree_control"));
        Assert.Equal($"{Daemon} {Guardian}", _host.ReadText("/box/cgroup.procs").Replace('\n', ' '));
    }

    [Fact]
    public void A_group_that_cannot_be_removed_keeps_no_other_trees()
    {
        _host.Add("/pids", "");
        _host.Add("/memory", "");
        var mounts = new CgroupMounts(
            [$"39 31 0:36 / {_host.In("/pids")} rw - cgroup cgroup rw,pids", $"40 31 0:37 / {_host.In("/memory")} rw - cgroup cgroup rw,memory"],
            ["8:pids:/", "9:memory:/"],
            ["8:pids:/", "9:memory:/"]);
        var tree = CgroupTree.Open(Id, mounts, [Guardian]);
        string[] groups = [.. tree.Folders.Select(folder => Directory.CreateDirectory(Path.Combine(folder, "w.a.0")).FullName)];
        File.WriteAllText(Path.Combine(groups[0], "in-the-way"), "");
        tree.Remove("w/a/0");
        Assert.Equal([true, false], groups.Select(Directory.Exists));
    }

    [Fact]
    public void Looking_makes_nothing_and_comes_to_the_same()
    {
        _host.Add("/", All, "", 2, 3);
        var before = Directory.GetFileSystemEntries(_host.Root, "*", SearchOption.AllDirectories);
        var found = Assert.Single(_host.SeenFrom("/", "/").FindWritable([Guardian]));
        Assert.Equal((_host.Root, 3), (found.Base, found.Controllers.Count));
        Assert.Equal(before, Directory.GetFileSystemEntries(_host.Root, "*", SearchOption.AllDirectories));
        Assert.Equal("", _host.ReadText("/cgroup.subtree_control"));
    }

    [Fact]
    public void Who_sweeps_from_another_place_looks_where_the_guardian_noted_its_groups()
    {
        var home = HomeFolder.Open(Path.Combine(_host.Root, "home"));
        var noted = _host.In($"/user.slice/gantry-{home.Id}");
        File.WriteAllLines(home.GuardianLock, [$"{Guardian}", noted, _host.In("/user.slice/gantry-fedcba9876543210")]);
        var folders = CgroupTree.Find(home, enabled: true).Folders.ToList();
        Assert.Contains(noted, folders);
        Assert.All(folders, folder => Assert.EndsWith($"/gantry-{home.Id}", folder, StringComparison.Ordinal));
        Assert.Empty(CgroupTree.Find(home, enabled: false).Folders);
    }

    private CgroupTree Open(string own, string first) => CgroupTree.Open(Id, _host.SeenFrom(own, first), [Guardian, Daemon]);
}
