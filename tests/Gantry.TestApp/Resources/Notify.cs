using System.Net.Sockets;
using System.Text;

namespace Gantry.TestApp.Resources;

/// <summary>
/// <c>notify [--delay 1s] [--message READY=1]</c>: reports its readiness as sd_notify(3) describes it, one datagram to the
/// socket named by NOTIFY_SOCKET, and stays.
/// </summary>
internal static class Notify
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } address)
        {
            await Console.Error.WriteLineAsync("NOTIFY_SOCKET is not set");
            return 1;
        }

        Console.WriteLine("starting");
        if (arguments.Duration("--delay") is { } delay)
        {
            await Pause.ForAsync(delay);
        }

        // A leading @ stands for the zero byte that begins an abstract address.
        var path = address[0] == '@' ? "\0" + address[1..] : address;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var message = arguments.Text("--message") ?? "READY=1";
        await socket.SendToAsync(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path));
        Console.WriteLine($"sent {message}");
        await Pause.UntilEndedAsync();
        return 0;
    }
}
