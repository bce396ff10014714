using System.Text.Json;
using Gantry.Cli.Status;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class StatusReaderTests
{
    [Fact]
    public void What_the_daemon_writes_is_read_back_in_every_state()
    {
        var services =
            from state in Enum.GetValues<WorkloadState>()
            from health in Enum.GetValues<Health>()
            from type in Enum.GetValues<WorkloadType>()
            from runtime in Enum.GetValues<RuntimeKind>()
            select new ServiceStatus("a\"b", type, runtime, state, health, state == WorkloadState.Running, "why \u00e4 \u2026", runtime == RuntimeKind.Site ? "http://x" : null, type == WorkloadType.Service ? 20001 : null, [])
            {
                Progress = state == WorkloadState.Preparing ? "pulling" : null,
            };
        var written = Samples.Workspace([.. services]);
        var read = StatusReader.Read(JsonSerializer.SerializeToUtf8Bytes(written, DaemonJson.Default.WorkspaceStatus));
        Assert.Equal(written.Workspace, read.Workspace);
        Assert.Equal(written.Path, read.Path);
        Assert.Equal(written.Id, read.Id);
        Assert.Equal(written.Services.Length, read.Services.Length);
        foreach (var (expected, actual) in written.Services.Zip(read.Services))
        {
            Assert.Equal(expected with { Replicas = [] }, actual with { Replicas = [] });
        }
    }

    [Fact]
    public void Replicas_are_counted()
    {
        var service = Samples.Service("api", WorkloadState.Running) with
        {
            Replicas = [Samples.Replica(0, WorkloadState.Running, true, 3), Samples.Replica(1, WorkloadState.Starting, false)],
        };
        var read = StatusReader.Read(JsonSerializer.SerializeToUtf8Bytes(Samples.Workspace(service), DaemonJson.Default.WorkspaceStatus));
        Assert.Equal([(0, true, 3), (1, false, 0)], read.Services[0].Replicas.Select(replica => (replica.Index, replica.Ready, replica.Restarts)));
    }

    [Fact]
    public void Keys_of_a_later_version_are_skipped()
    {
        var read = StatusReader.Read("""{"new":{"a":[1,{"b":2}]},"workspace":"shop","path":"/p","services":[{"name":"a","later":[[]],"state":"running","ready":true,"replicas":[]}]}"""u8);
        Assert.Equal(("shop", "a", true), (read.Workspace, read.Services[0].Name, read.Services[0].Ready));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"services\":{}}")]
    [InlineData("{\"services\":[{\"state\":\"dancing\"}]}")]
    public void What_is_no_status_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => StatusReader.Read(System.Text.Encoding.UTF8.GetBytes(json)));
}
