using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class PortRegistryTests : IDisposable
{
    private static readonly IReadOnlySet<int> None = new HashSet<int>();

    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-ports").FullName;
    private readonly PortLeases _leases = new(PortLeases.DefaultFirst, PortLeases.DefaultLast);

    public void Dispose()
    {
        _leases.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_service_keeps_its_port_over_daemons()
    {
        var first = new PortRegistry(Home(), _leases).Get("w", "db", None);
        _leases.Dispose();
        using var later = new PortLeases(PortLeases.DefaultFirst, PortLeases.DefaultLast);
        Assert.Equal(first, new PortRegistry(Home(), later).Get("w", "db", None));
    }

    [Fact]
    public void No_two_services_have_one_port()
    {
        var registry = new PortRegistry(Home(), _leases);
        var ports = Enumerable.Range(0, 20).Select(i => registry.Get("w", $"s{i}", None)).ToList();
        Assert.Equal(ports.Count, ports.Distinct().Count());
    }

    [Fact]
    public void A_port_that_the_file_names_is_given_to_nobody_else()
    {
        var wish = new PortRegistry(Home(), new PortLeases(PortLeases.DefaultFirst, PortLeases.DefaultLast)).Get("w", "db", None);
        File.Delete(Home().Ports);

        var registry = new PortRegistry(Home(), _leases);
        Assert.NotEqual(wish, registry.Get("w", "db", new HashSet<int> { wish }));
        Assert.NotEqual(wish, _leases.TakeFor($"{Home().Id}/w/db/0"));
    }

    [Fact]
    public void A_port_is_given_up_once_the_file_names_it()
    {
        var registry = new PortRegistry(Home(), _leases);
        var before = registry.Get("w", "db", None);
        var after = registry.Get("w", "db", new HashSet<int> { before });
        Assert.NotEqual(before, after);
        Assert.Equal(after, registry.Get("w", "db", None));
    }

    private HomeFolder Home() => HomeFolder.Open(_folder);
}
