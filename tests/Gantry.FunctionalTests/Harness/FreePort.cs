using System.Net;
using System.Net.Sockets;

namespace Gantry.FunctionalTests.Harness;

/// <summary>A port for a file that has to name one.</summary>
internal static class FreePort
{
    private const int First = 30_100;
    private const int Count = 2_000;

    private static int _next = Environment.ProcessId % Count;

    /// <summary>
    /// Outside of what the kernel hands out by itself (32768 and above) and of the product's own range: else somebody else
    /// of this machine might be given it before the service is.
    /// </summary>
    public static int Find()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _next) % Count);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
