using System.Net;
using System.Net.Sockets;

namespace Gantry.Tests.Proxy.Wire;

/// <summary>Accepts connections and plays a script on each: a destination that may do anything.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<RawConnection, CancellationToken, Task> _script;
    private readonly Task _loop;

    public RawServer(Func<RawConnection, CancellationToken, Task> script)
    {
        _script = script;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Reads a request's head, and answers with this text and the end of the connection.</summary>
    public static RawServer Answering(string response) => new(async (connection, ct) =>
    {
        await connection.ReadHeadAsync(ct);
        await connection.SendAsync(response, ct);
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(PlayAsync(await _listener.AcceptSocketAsync(_end.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PlayAsync(Socket socket)
    {
        using var connection = new RawConnection(socket);
        try
        {
            await _script(connection, _end.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
