using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Subjects;

/// <summary>
/// Listens on $PORT after a while, says so where somebody wants to be told (sd_notify(3)), writes down when it began, and
/// waits for SIGTERM. It answers nobody.
/// </summary>
internal static class Listen
{
    public static async Task<int> RunAsync(string record, string delayMilliseconds)
    {
        var asked = new TaskCompletionSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            asked.TrySetResult();
        });
        using var supervisor = ConnectToSupervisor();
        await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(delayMilliseconds, CultureInfo.InvariantCulture)), TimeProvider.System);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable("PORT")!, CultureInfo.InvariantCulture)));
        listener.Listen();
        var listening = TimeProvider.System.GetUtcNow();
        supervisor?.Send("READY=1"u8);
        // Afterwards, for writing takes a while that is not the supervisor's.
        Moment.Write(record, listening);
        await asked.Task;
        return 0;
    }

    /// <summary>Null where nobody wants to be told.</summary>
    private static Socket? ConnectToSupervisor()
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } address)
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // An abstract address begins with a null byte, which no variable can hold.
        socket.Connect(new UnixDomainSocketEndPoint(address.StartsWith('@') ? "\0" + address[1..] : address));
        return socket;
    }
}
