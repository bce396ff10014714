using System.Text.Json;

namespace Gantry.Workloads.Addresses;

/// <summary>The ports that services were given because their file names none: kept on disk, so that an address stays over restarts of everything.</summary>
public sealed class PortRegistry
{
    private readonly HomeFolder _home;
    private readonly PortLeases _leases;
    private readonly Lock _lock = new();

    /// <summary>By <c>workspace/service</c>. Guarded by <see cref="_lock"/>.</summary>
    private readonly Dictionary<string, int> _ports;

    /// <summary>The workspaces for which named ports are held. Guarded by <see cref="_lock"/>.</summary>
    private readonly HashSet<string> _naming = [];

    /// <summary>The workspaces of which nothing was left at the last look, and that nobody has asked for since. Guarded by <see cref="_lock"/>.</summary>
    private HashSet<string> _idle = [];

    public PortRegistry(HomeFolder home, PortLeases leases)
    {
        _home = home;
        _leases = leases;
        _ports = Load(home.Ports);
        foreach (var (owner, port) in _ports)
        {
            _leases.TryHold(owner, port);
        }
    }

    /// <summary>The ports that were given so far, by <c>workspace/service</c>, for whoever only looks.</summary>
    public static IReadOnlyDictionary<string, int> Read(HomeFolder home) => Load(home.Ports);

    /// <summary>Whether a service has a port already.</summary>
    public bool Has(string workspace, string service)
    {
        lock (_lock)
        {
            return _ports.ContainsKey($"{workspace}/{service}");
        }
    }

    /// <summary>The service's port: the one it had, or a new one that is kept from now on.</summary>
    /// <param name="named">The ports that its workspace gives out by name: they are nobody else's, here or with any lease.</param>
    /// <exception cref="WorkloadException">No port is left, or the choice cannot be saved.</exception>
    public int Get(string workspace, string service, IReadOnlySet<int> named)
    {
        var owner = $"{workspace}/{service}";
        lock (_lock)
        {
            _idle.Remove(workspace);
            var kept = _ports.TryGetValue(owner, out var known) && !named.Contains(known);
            if (!kept)
            {
                _leases.Release(owner);
            }

            foreach (var port in named)
            {
                _naming.Add(workspace);
                _leases.TryHold(workspace, port);
            }

            if (kept)
            {
                return known;
            }

            var chosen = _leases.TakeFor(owner, named) ?? throw OutOfPorts();
            _ports[owner] = chosen;
            Save();
            return chosen;
        }
    }

    /// <summary>
    /// The ports of one plan, for a workspace, a service and the ports that the workspace gives out by name: the one that
    /// the service has, or the one that it would most likely be given. Nothing is kept.
    /// </summary>
    public Func<string, string, IReadOnlySet<int>, int> Foresee()
    {
        var foreseen = new HashSet<int>();
        return (workspace, service, named) =>
        {
            var owner = $"{workspace}/{service}";
            lock (_lock)
            {
                if (_ports.TryGetValue(owner, out var known) && !named.Contains(known))
                {
                    return known;
                }

                var port = _leases.Foresee(owner, foreseen.Union(named).ToHashSet()) ?? throw OutOfPorts();
                foreseen.Add(port);
                return port;
            }
        };
    }

    /// <summary>Takes ports back that services were given in vain: what was to start them was refused.</summary>
    public void TakeBack(IReadOnlyCollection<(string Workspace, string Service)> services)
    {
        if (services.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var (workspace, service) in services)
            {
                var owner = $"{workspace}/{service}";
                _leases.Release(owner);
                _ports.Remove(owner);
            }

            try
            {
                Save();
            }
            catch (WorkloadException)
            {
                // More is on the disk than is needed, which does no harm; why it was refused is what counts.
            }
        }
    }

    /// <summary>Gives back the ports that a workspace's file named: it is down. Those that its services were given stay theirs.</summary>
    public void Release(string workspace)
    {
        lock (_lock)
        {
            _naming.Remove(workspace);
            _leases.Release(workspace);
        }
    }

    /// <summary>
    /// Gives back all ports of workspaces of which nothing was left this time and the time before: one that is only just
    /// being read from its file, and has neither record nor logs yet, keeps what it was given.
    /// </summary>
    /// <param name="isLeft">Whether anything is left of a workspace.</param>
    /// <exception cref="WorkloadException">The choice cannot be saved.</exception>
    public void Prune(Func<string, bool> isLeft)
    {
        lock (_lock)
        {
            var idle = _ports.Keys.Select(WorkspaceOf).Concat(_naming).Where(workspace => !isLeft(workspace)).ToHashSet();
            var gone = idle.Where(_idle.Contains).ToHashSet();
            _idle = idle;
            foreach (var workspace in gone)
            {
                Release(workspace);
            }

            var owners = _ports.Keys.Where(owner => gone.Contains(WorkspaceOf(owner))).ToList();
            foreach (var owner in owners)
            {
                _leases.Release(owner);
                _ports.Remove(owner);
            }

            if (owners.Count > 0)
            {
                Save();
            }
        }
    }

    private static WorkloadException OutOfPorts() =>
        new(new Fault("out-of-ports", "no port is free in Gantry's range", "widen [ports] range in gantryd.toml, or end what holds them"));

    private static string WorkspaceOf(string owner) => owner[..owner.IndexOf('/')];

    private static Dictionary<string, int> Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), WorkloadsJson.Default.DictionaryStringInt32) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // Without the file ports are chosen anew, by the same rule: mostly the same ones.
            return [];
        }
    }

    private void Save() => StateFile.Write(_home.Ports, JsonSerializer.SerializeToUtf8Bytes(_ports, WorkloadsJson.Default.DictionaryStringInt32));
}
