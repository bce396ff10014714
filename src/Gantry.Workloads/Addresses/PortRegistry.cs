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
    /// <exception cref="WorkloadException">No port is left, or the choice cannot be saved.</exception>
    public int Get(string workspace, string service)
    {
        var owner = string.Create(CultureInfo.InvariantCulture, $"{workspace}/{service}");
        lock (_lock)
        {
            if (_ports.TryGetValue(owner, out var known))
            {
                return known;
            }

            var port = _leases.TakeFor(owner)
                ?? throw new WorkloadException(new Fault("out-of-ports", "no port is free in Gantry's range", "widen [ports] range in gantryd.toml, or end what holds them"));
            _ports.Add(owner, port);
            Save();
            return port;
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
