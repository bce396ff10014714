using System.Globalization;
using System.Text.Json;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Addresses;

/// <summary>The ports that services were given because their file names none: kept on disk, so that an address stays over restarts of everything.</summary>
public sealed class PortRegistry
{
    private readonly HomeFolder _home;
    private readonly PortLeases _leases;
    private readonly Lock _lock = new();

    /// <summary>By <c>workspace/service</c>. Guarded by <see cref="_lock"/>.</summary>
    private readonly Dictionary<string, int> _ports;

    public PortRegistry(HomeFolder home, PortLeases leases)
    {
        _home = home;
        _leases = leases;
        _ports = Load(home.Ports);
        foreach (var port in _ports.Values)
        {
            _leases.TryHold(port);
        }
    }

    /// <summary>The service's port: the one it had, or a new one that is kept from now on.</summary>
    /// <param name="named">The ports that its workspace gives out by name: they are nobody else's, here or with any lease.</param>
    /// <exception cref="WorkloadException">No port is left, or the choice cannot be saved.</exception>
    public int Get(string workspace, string service, IReadOnlySet<int> named)
    {
        var owner = string.Create(CultureInfo.InvariantCulture, $"{workspace}/{service}");
        lock (_lock)
        {
            foreach (var port in named)
            {
                _leases.TryHold(port);
            }

            if (_ports.TryGetValue(owner, out var known) && !named.Contains(known))
            {
                return known;
            }

            var chosen = _leases.TakeFor(owner, named)
                ?? throw new WorkloadException(new Fault("out-of-ports", "no port is free in Gantry's range", "widen [ports] range in gantryd.toml, or end what holds them"));
            _ports[owner] = chosen;
            Save();
            return chosen;
        }
    }

    private static Dictionary<string, int> Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), WorkloadsJson.Default.DictionaryStringInt32) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            // Without the file ports are chosen anew, by the same rule: mostly the same ones.
            return [];
        }
    }

    private void Save()
    {
        try
        {
            AtomicFile.Write(_home.Ports, JsonSerializer.SerializeToUtf8Bytes(_ports, WorkloadsJson.Default.DictionaryStringInt32));
        }
        catch (IOException e)
        {
            throw new WorkloadException(new Fault("state-not-saved", $"cannot write {_home.Ports}: {e.Message}", "make room on the disk"), e);
        }
    }
}
