using System.Runtime.Versioning;
using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Xunit;

namespace Gantry.Tests.Workloads;

/// <summary>What is kept for the next daemon, in a home that may be gone, and on a disk that may not take it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StateFileTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gantry-state-");

    private readonly HomeFolder _home;

    public StateFileTests() => _home = HomeFolder.Open(Path.Combine(_root.FullName, "home"));

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_home_that_was_removed_does_not_come_back()
    {
        using var leases = new PortLeases(PortLeases.DefaultFirst, PortLeases.DefaultLast);
        var ports = new PortRegistry(_home, leases);
        Directory.Delete(_home.Path, recursive: true);
        var faults = new[]
        {
            Assert.Throws<WorkloadException>(() => ports.Get("w", "db", new HashSet<int>())).Fault,
            Assert.Throws<WorkloadException>(() => new WorkspaceRecords(_home).Save(Record())).Fault,
        };
        Assert.All(faults, fault => Assert.Contains("was removed", fault.Remedy, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_home.Path));
    }

    [Fact]
    public void What_holds_environments_is_the_owners_alone()
    {
        new WorkspaceRecords(_home).Save(Record());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_home.Workspaces));
        Assert.Equal("w", Assert.Single(new WorkspaceRecords(_home).Load((_, _) => { })).Spec.Id);
    }

    [Theory]
    [InlineData(28, "make room on the disk")]
    [InlineData(122, "make room on the disk")]
    [InlineData(30, "the disk is mounted read-only")]
    [InlineData(5, "gantry doctor")]
    public void What_to_do_is_said_by_what_the_kernel_said(int error, string remedy) =>
        Assert.Contains(remedy, StateFile.RemedyFor(new IOException("no", error)), StringComparison.Ordinal);

    /// <summary>A folder in the place of the file is one that this user may not write.</summary>
    [Fact]
    public void A_file_that_may_not_be_written_is_no_full_disk()
    {
        Directory.CreateDirectory(_home.RecordOf("w") + ".new");
        var fault = Assert.Throws<WorkloadException>(() => new WorkspaceRecords(_home).Save(Record())).Fault;
        Assert.Contains("belong to the daemon's user", fault.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"spec\":null}")]
    [InlineData("{\"spec\":{\"id\":\"w\",\"name\":\"w\",\"path\":\"/\",\"domain\":\"d\",\"workloads\":null}}")]
    [InlineData("{\"spec\":{\"id\":\"w\",\"name\":\"w\",\"path\":\"/\",\"domain\":\"d\",\"workloads\":[null]}}")]
    [InlineData("{\"spec\":{\"id\":\"w\",\"name\":\"w\",\"path\":\"/\",\"domain\":\"d\",\"workloads\":[{\"workspace\":\"w\",\"name\":\"s\",\"runtime\":{\"command\":[\"a\"]}}]}}")]
    [InlineData("{\"spec\":{\"id\":\"w\",\"name\":\"w\",\"path\":\"/\",\"domain\":\"d\",\"workloads\":[]},\"stopped\":null}")]
    public void A_damaged_record_is_set_aside_and_told(string content)
    {
        var records = new WorkspaceRecords(_home);
        records.Save(Record());
        var damaged = _home.RecordOf("damaged");
        File.WriteAllText(damaged, content);
        var told = new List<string>();
        Assert.Equal("w", Assert.Single(records.Load((file, _) => told.Add(file))).Spec.Id);
        Assert.Equal(damaged, Assert.Single(told));
        Assert.Equal(content, File.ReadAllText(damaged + ".unreadable"));
    }

    private static WorkspaceRecord Record() =>
        new() { Spec = new WorkspaceSpec { Id = "w", Name = "w", Path = "/w", Domain = "w.localhost", Workloads = [Specs.Process("s")] } };
}
