using System.Globalization;
using System.Net;

namespace Gantry.Workloads.Native;

/// <summary>A TCP socket that accepts connections.</summary>
/// <param name="Inode">Names the socket among the descriptors of the processes that hold it.</param>
public sealed record Listener(IPAddress Address, int Port, ulong Inode)
{
    /// <summary>Where a connection from this host reaches it. A link-local address is without its interface here, and reaches nothing.</summary>
    public Endpoint Reachable => this switch
    {
        { Address: var a } when a.Equals(IPAddress.Any) => new Endpoint("127.0.0.1", Port),

        // It may take IPv6 alone (IPV6_V6ONLY, which the table does not tell), so it is asked that way where there is one.
        { Address: var a } when a.Equals(IPAddress.IPv6Any) => new Endpoint(ListenTable.HasLoopback6 ? "::1" : "127.0.0.1", Port),
        { Address.IsIPv4MappedToIPv6: true } => new Endpoint(Address.MapToIPv4().ToString(), Port),
        _ => new Endpoint(Address.ToString(), Port),
    };
}

/// <summary>
/// The kernel's table of listening sockets. It tells what a connection cannot: whose socket it is; and a program that is
/// asked every few milliseconds whether it listens does not notice.
/// </summary>
public static class ListenTable
{
    /// <summary>TCP_LISTEN in the kernel's numbering.</summary>
    private const string Listening = "0A";

    /// <summary>Whether this host's loopback has ::1, too.</summary>
    internal static bool HasLoopback6 { get; } = File.Exists("/proc/net/if_inet6") && File.ReadLines("/proc/net/if_inet6").Any(line => line.StartsWith("00000000000000000000000000000001 ", StringComparison.Ordinal));

    public static List<Listener> Read() => SocketDiagnosis.ReadListeners() ?? ReadFiles();

    /// <summary>
    /// The same as the kernel prints it (proc_net(5)), for where it cannot be asked. It walks through all that is or was
    /// connected for that, which takes it a millisecond on a machine with much memory and no connection at all.
    /// </summary>
    internal static List<Listener> ReadFiles()
    {
        var listeners = new List<Listener>();
        ReadFile("/proc/net/tcp", listeners);
        ReadFile("/proc/net/tcp6", listeners);
        return listeners;
    }

    /// <summary>The first of the processes that holds the socket; null where none does, or none may be looked at.</summary>
    public static int? OwnerOf(ulong inode, IEnumerable<int> pids)
    {
        var link = string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]");
        foreach (var pid in pids)
        {
            try
            {
                if (Directory.EnumerateFiles($"/proc/{pid}/fd").Any(descriptor => IsLinkTo(descriptor, link)))
                {
                    return pid;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone, or somebody else's: not ours to see.
            }
        }

        return null;
    }

    private static bool IsLinkTo(string descriptor, string target)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name == target;
        }
        catch (IOException)
        {
            // Closed meanwhile, which says nothing of the others.
            return false;
        }
    }

    /// <summary>Who holds a port that could not be had, in words; null where nobody is found.</summary>
    public static string? HolderOf(int port)
    {
        // The kernel writes the table while sockets come and go, and may pass over one: what must be there is looked for again.
        const int looks = 3;
        var holder = Enumerable.Range(0, looks).Select(_ => Read().FirstOrDefault(listener => listener.Port == port)).FirstOrDefault(found => found is not null);
        return holder is null ? null : Describe(holder);
    }

    /// <summary>Who holds a port, in words: "node (pid 4711)", or "another user's process" where we may not look.</summary>
    public static string Describe(Listener listener) =>
        OwnerOf(listener.Inode, ProcessTable.Read().Select(process => process.Pid)) is { } pid
            ? $"{ProcessTable.NameOf(pid)} (pid {pid})"
            : "another user's process";

    private static void ReadFile(string path, List<Listener> listeners)
    {
        if (!File.Exists(path))
        {
            return;
        }

        foreach (var line in File.ReadLines(path))
        {
            // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && Parse(fields[1]) is var (address, port))
            {
                listeners.Add(new Listener(address, port, ulong.Parse(fields[9], CultureInfo.InvariantCulture)));
            }
        }
    }

    /// <summary>The address is printed as 32-bit words in the host's byte order, the port as a number.</summary>
    private static (IPAddress Address, int Port) Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var bytes = Convert.FromHexString(text.AsSpan(0, colon));
        if (BitConverter.IsLittleEndian)
        {
            for (var word = 0; word < bytes.Length; word += 4)
            {
                Array.Reverse(bytes, word, 4);
            }
        }

        return (new IPAddress(bytes), int.Parse(text.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
