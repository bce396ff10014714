using System.Collections.Immutable;
using Gantry.Workloads;
using Gantry.Workloads.Drivers;
using Xunit;

namespace Gantry.Tests.Workloads.Drivers;

/// <summary>What a process is started with.</summary>
public sealed class ProcessEnvironmentTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gantry-environment-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A request without an environment gets the daemon's own, which may be one that a command started.</summary>
    [Fact]
    public void What_a_daemon_is_told_from_others_by_is_handed_on_to_nothing_that_it_runs()
    {
        var own = ImmutableDictionary<string, string>.Empty.Add("GANTRY_INDEPENDENT", "1").Add("KEPT", "1");
        var spec = Specs.Process("s") with { InheritedEnv = own, Env = own.ToImmutableSortedDictionary() };
        var environment = ProcessEnvironment.For(HomeFolder.Open(_folder.FullName), spec, new InstanceId("w", "s", 0), port: null, notify: null);
        Assert.Equal("1", environment["KEPT"]);
        Assert.DoesNotContain("GANTRY_INDEPENDENT", environment.Keys);
    }
}
