using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.TestApp.Signals;

namespace Gantry.TestApp.Http;

/// <summary>
/// <c>serve [--port N | --port-env PORT] [--bind 127.0.0.1] [--name TEXT] [--delay-listen 2s] [--health-after 3s]
/// [--unhealthy-after 10s] [--crash-after 5s [--exit-code N]] [--stop-takes 1s]</c>: a small HTTP/1.1 server; what it
/// answers is in <see cref="Answers"/>. One request to a connection. Told to end, it answers those who had come before.
/// </summary>
internal static class Serve
{
    /// <summary>For the answers that are still owed when it is told to end.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var started = TimeProvider.System.GetTimestamp();
        var address = new IPEndPoint(IPAddress.Parse(arguments.Text("--bind") ?? "127.0.0.1"), PortOf(arguments));
        var exitCode = arguments.Number("--exit-code", 1);
        if (arguments.Duration("--delay-listen") is { } delay)
        {
            Console.WriteLine("starting");
            await Pause.ForAsync(delay);
        }

        using var listener = new TcpListener(address);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync($"cannot listen on {address}: {e.Message}");
            return 1;
        }

        Console.WriteLine($"listening on {listener.LocalEndpoint}");
        var health = new HealthSwitch(started, arguments.Duration("--health-after"), arguments.Duration("--unhealthy-after"));
        var answers = new Answers(arguments, health, ((IPEndPoint)listener.LocalEndpoint).Port);
        using var sigterm = new SigtermWatch();
        using var stop = new CancellationTokenSource();
        var serving = AcceptAsync(listener, answers, stop.Token);
        var crash = arguments.Duration("--crash-after") is { } after ? Pause.ForAsync(after) : Pause.UntilEndedAsync();
        var first = await Task.WhenAny(sigterm.Received, crash, answers.ExitAsked, serving);
        if (first == crash)
        {
            await Console.Error.WriteLineAsync($"crashing with {exitCode.ToString(CultureInfo.InvariantCulture)} as told");
            return exitCode;
        }

        if (first == sigterm.Received && arguments.Duration("--stop-takes") is { } takes)
        {
            Console.WriteLine("stopping");
            await Pause.ForAsync(takes);
        }

        await stop.CancelAsync();
        await serving;
        return first == answers.ExitAsked ? await answers.ExitAsked : 0;
    }

    private static int PortOf(Arguments arguments)
    {
        if (arguments.Has("--port"))
        {
            return arguments.Number("--port", 0);
        }

        var variable = arguments.Text("--port-env") ?? "PORT";
        return int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var port)
            ? port
            : throw new UsageException($"{variable} holds no port, and there is no --port");
    }

    private static async Task AcceptAsync(TcpListener listener, Answers answers, CancellationToken ct)
    {
        var connections = new List<Task>();
        using var leaving = new CancellationTokenSource();
        try
        {
            while (true)
            {
                var connection = await listener.AcceptTcpClientAsync(ct);
                connections.RemoveAll(task => task.IsCompleted);
                connections.Add(HandleAsync(connection, answers, leaving.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The kernel has taken these in our name already.
            while (listener.Pending())
            {
                connections.Add(HandleAsync(await listener.AcceptTcpClientAsync(CancellationToken.None), answers, leaving.Token));
            }

            leaving.CancelAfter(LastWords);
            await Task.WhenAll(connections);
        }
    }

    private static async Task HandleAsync(TcpClient connection, Answers answers, CancellationToken ct)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                if (await Request.ReadAsync(stream, ct) is { } request)
                {
                    await stream.WriteAsync(await answers.ToAsync(request, ct), ct);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The client went away, or this server does.
            }
        }
    }
}
