using System.Net.Sockets;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Addresses;

/// <summary>
/// Ports for programs that will open them themselves. Nothing is bound and closed again to find one that is free:
/// another program could take it in between. A lease is an abstract Unix socket named after the port: it belongs to the
/// same network namespace as the port, any Gantry of any user sees it, and the kernel drops it with its holder.
/// </summary>
public sealed class PortLeases(int first, int last) : IDisposable
{
    /// <summary>Below Linux's ephemeral range (32768 and up), where any outgoing connection may sit on a port.</summary>
    public const int DefaultFirst = 20000, DefaultLast = 29999;

    private readonly Lock _lock = new();

    /// <summary>By port. Guarded by <see cref="_lock"/>.</summary>
    private readonly Dictionary<int, (string Owner, Socket Socket)> _held = [];

    /// <summary>Leases a port that nobody listens on, the same one for the same owner where it can be had; what the owner held before is given back.</summary>
    /// <param name="owner">Any text; decides where the search begins.</param>
    /// <param name="avoid">Ports that others will open by name.</param>
    /// <returns>The port, or null where the whole range is taken.</returns>
    public int? TakeFor(string owner, IReadOnlySet<int>? avoid = null)
    {
        lock (_lock)
        {
            Release(owner);
            foreach (var port in Candidates(owner))
            {
                if (avoid?.Contains(port) != true && TryHold(owner, port))
                {
                    return port;
                }
            }

            return null;
        }
    }

    /// <summary>The port that <see cref="TakeFor"/> would most likely lease; nothing is leased.</summary>
    /// <returns>The port, or null where the whole range is taken.</returns>
    public int? Foresee(string owner, IReadOnlySet<int> avoid)
    {
        lock (_lock)
        {
            foreach (var port in Candidates(owner))
            {
                if (!avoid.Contains(port))
                {
                    return port;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// Leases one port beside those that the owner has, whether or not somebody listens on it: for a program that is
    /// adopted, and for what a file names. False where another owner or another Gantry has it.
    /// </summary>
    public bool TryHold(string owner, int port)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(port, out var lease))
            {
                return lease.Owner == owner;
            }

            var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            try
            {
                socket.Bind(new UnixDomainSocketEndPoint($"\0gantry-port-{port}"));
            }
            catch (SocketException)
            {
                socket.Dispose();
                return false;
            }

            _held.Add(port, (owner, socket));
            return true;
        }
    }

    /// <summary>Gives back all that the owner has.</summary>
    public void Release(string owner)
    {
        lock (_lock)
        {
            foreach (var (port, lease) in _held.Where(held => held.Value.Owner == owner).ToList())
            {
                lease.Socket.Dispose();
                _held.Remove(port);
            }
        }
    }

    /// <summary>The ports that nobody has and nobody listens on, in the owner's order. Called under <see cref="_lock"/>.</summary>
    private IEnumerable<int> Candidates(string owner)
    {
        var taken = ListenTable.Read().Select(listener => listener.Port).ToHashSet();
        var count = last - first + 1;
        var start = (int)(StableHash.Add(StableHash.Empty, owner) % (uint)count);
        return Enumerable.Range(0, count).Select(i => first + ((start + i) % count)).Where(port => !taken.Contains(port) && !_held.ContainsKey(port));
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var lease in _held.Values)
            {
                lease.Socket.Dispose();
            }

            _held.Clear();
        }
    }
}
