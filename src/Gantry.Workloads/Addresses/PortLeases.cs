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
    private readonly Dictionary<int, Socket> _held = [];

    /// <summary>By owner. Guarded by <see cref="_lock"/>.</summary>
    private readonly Dictionary<string, int> _owners = [];

    /// <summary>Leases a port that nobody listens on, the same one for the same owner where it can be had; what the owner held before is given back.</summary>
    /// <param name="owner">Any text; decides where the search begins.</param>
    /// <param name="avoid">Ports that others will open by name.</param>
    /// <returns>The port, or null where the whole range is taken.</returns>
    public int? TakeFor(string owner, IReadOnlySet<int>? avoid = null)
    {
        lock (_lock)
        {
            if (_owners.Remove(owner, out var before))
            {
                Release(before);
            }

            var taken = ListenTable.Read().Select(listener => listener.Port).ToHashSet();
            var count = last - first + 1;
            var start = (int)(StableHash.Add(StableHash.Empty, owner) % (uint)count);
            var candidates = Enumerable.Range(0, count).Select(i => first + ((start + i) % count));
            foreach (var port in candidates)
            {
                if (!taken.Contains(port) && avoid?.Contains(port) != true && TryHold(port))
                {
                    _owners[owner] = port;
                    return port;
                }
            }

            return null;
        }
    }

    /// <summary>Leases one port, whether or not somebody listens on it: for a program that is adopted. False where another Gantry has it.</summary>
    public bool TryHold(int port)
    {
        lock (_lock)
        {
            if (_held.ContainsKey(port))
            {
                return false;
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

            _held.Add(port, socket);
            return true;
        }
    }

    public void Release(int port)
    {
        lock (_lock)
        {
            if (_held.Remove(port, out var socket))
            {
                socket.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var socket in _held.Values)
            {
                socket.Dispose();
            }

            _held.Clear();
        }
    }
}
