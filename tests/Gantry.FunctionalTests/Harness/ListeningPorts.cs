using System.Globalization;

namespace Gantry.FunctionalTests.Harness;

/// <summary>Which TCP ports of this machine accept connections, from the kernel's own table (proc_net(5)).</summary>
internal static class ListeningPorts
{
    private const string Listening = "0A";
    private const int LocalAddress = 1;
    private const int State = 3;

    public static IReadOnlySet<int> All() => Read("/proc/net/tcp").Concat(Read("/proc/net/tcp6")).ToHashSet();

    private static IEnumerable<int> Read(string path) =>
        from line in File.Exists(path) ? File.ReadLines(path).Skip(1) : []
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields.Length > State && fields[State] == Listening
        select int.Parse(fields[LocalAddress].AsSpan(fields[LocalAddress].IndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
