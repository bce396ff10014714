using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.TestApp.Signals;

namespace Gantry.TestApp.Http;

/// <summary>
/// What the server answers: <c>/</c> who it is; <c>/env</c> its environment; <c>/health</c> 200 or 503, switched by
/// <c>/health/off</c> and <c>/health/on</c>; <c>/echo</c> the request as it came; <c>/wait/MS</c> an answer after that
/// long; <c>/status/N</c> that status; <c>/exit/N</c> ends the server with that exit status, after the answer;
/// <c>/crash</c> kills it with SIGKILL and <c>/segv</c> with SIGSEGV, without one. Anything else is 404.
/// </summary>
internal sealed class Answers(Arguments arguments, HealthSwitch health, int port)
{
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the exit status that somebody asked for.</summary>
    public Task<int> ExitAsked => _exit.Task;

    public async Task<ReadOnlyMemory<byte>> ToAsync(Request request, CancellationToken ct)
    {
        switch (request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case []:
                return Json(200, WriteIdentity);
            case ["env"]:
                return Json(200, WriteEnvironment);
            case ["echo"]:
                return Json(200, json => WriteEcho(json, request));
            case ["health"]:
                return health.IsHealthy ? Text(200, "healthy") : Text(503, "not healthy");
            case ["health", "on" or "off"]:
                health.Override(request.Path.EndsWith("on", StringComparison.Ordinal));
                return Text(200, "switched");
            case ["wait", var milliseconds]:
                await Pause.ForAsync(TimeSpan.FromMilliseconds(Number(milliseconds)), ct);
                return Text(200, "waited");
            case ["status", var status]:
                return Text(Number(status), "as asked");
            case ["exit", var status]:
                _exit.TrySetResult(Number(status));
                return Text(200, "leaving");
            case ["crash"]:
                NativeSignals.SendToSelf(NativeSignals.Kill);
                return default;
            case ["segv"]:
                NativeSignals.SendToSelf(NativeSignals.Segv);
                return default;
            default:
                return Text(404, "nothing here");
        }
    }

    private void WriteIdentity(Utf8JsonWriter json)
    {
        json.WriteString("name", arguments.Text("--name") ?? "testapp");
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteNumber("port", port);
        json.WriteString("instance", Environment.GetEnvironmentVariable("GANTRY_INSTANCE"));
        json.WriteString("folder", Environment.CurrentDirectory);
        json.WriteString("user", Environment.UserName);
    }

    private static void WriteEnvironment(Utf8JsonWriter json)
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            json.WriteString((string)variable.Key, (string?)variable.Value);
        }
    }

    private static void WriteEcho(Utf8JsonWriter json, Request request)
    {
        json.WriteString("method", request.Method);
        json.WriteString("target", request.Target);
        json.WriteStartArray("headers");
        foreach (var (name, value) in request.Headers)
        {
            json.WriteStringValue($"{name}: {value}");
        }

        json.WriteEndArray();
        json.WriteString("body", request.Body);
    }

    private static int Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static ReadOnlyMemory<byte> Json(int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Answer(status, "application/json", body.WrittenSpan);
    }

    private static ReadOnlyMemory<byte> Text(int status, string text) => Answer(status, "text/plain", Encoding.UTF8.GetBytes(text + "\n"));

    private static ReadOnlyMemory<byte> Answer(int status, string type, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {(status == 200 ? "OK" : "Answer")}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        var answer = new byte[head.Length + body.Length];
        head.CopyTo(answer, 0);
        body.CopyTo(answer.AsSpan(head.Length));
        return answer;
    }
}
