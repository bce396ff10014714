using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Subjects;

/// <summary>Listens on $PORT after a while, writes down when, and waits for SIGTERM. It answers nobody.</summary>
internal static class Listen
{
    public static async Task<int> RunAsync(string record, string delayMilliseconds)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(delayMilliseconds, CultureInfo.InvariantCulture)), TimeProvider.System);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable("PORT")!, CultureInfo.InvariantCulture)));
        listener.Listen();
        Moment.Write(record);
        var asked = new TaskCompletionSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            asked.TrySetResult();
        });
        await asked.Task;
        return 0;
    }
}
