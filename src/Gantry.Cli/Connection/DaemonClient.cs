using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Cli.Failures;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Cli.Connection;

/// <summary>The daemon's API, over the socket of a home.</summary>
internal sealed partial class DaemonClient(HomeFolder home, TimeProvider time)
{
    /// <summary>How long a question may take that the daemon answers from what it knows.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly string Headers = $"{BuildVersion.Header}: {BuildVersion.Current}\r\n";

    public HomeFolder Home => home;

    /// <summary>The id of a folder's workspace, known without asking; empty where there is no home, and so no workspace yet.</summary>
    public string IdOf(string folder) => home.IsMade ? WorkspaceId.Of(home.Id, CanonicalPath.Of(folder)) : "";

    public Task<VersionInfo> GetVersionAsync(CancellationToken ct) => AskAsync("GET", "/api/version", default, DaemonJson.Default.VersionInfo, Patience, ct);

    public Task<DoctorReport> GetDoctorReportAsync(CancellationToken ct) => AskAsync("GET", "/api/doctor", default, DaemonJson.Default.DoctorReport, Patience, ct);

    /// <summary>Has the daemon leave; returns as soon as it has heard.</summary>
    public Task StopDaemonAsync(CancellationToken ct) => AskBytesAsync("POST", "/api/daemon/stop", default, Patience, ct);

    public Task<System.Collections.Immutable.ImmutableArray<WorkspaceSummary>> GetWorkspacesAsync(CancellationToken ct) =>
        AskAsync("GET", "/api/workspaces", default, DaemonJson.Default.ImmutableArrayWorkspaceSummary, Patience, ct);

    /// <summary>Reading and checking a configuration may run a secret's command, so there is no limit to it.</summary>
    public Task<ApplyAnswer> ApplyAsync(ApplyRequest request, CancellationToken ct) => AskAsync(
        "POST", "/api/workspaces", JsonSerializer.SerializeToUtf8Bytes(request, DaemonJson.Default.ApplyRequest), DaemonJson.Default.ApplyAnswer, null, ct);

    /// <summary>A workspace's state; null where it is not up.</summary>
    public async Task<WorkspaceStatus?> FindStatusAsync(string workspace, CancellationToken ct)
    {
        try
        {
            return await AskAsync("GET", $"/api/workspaces/{workspace}", default, DaemonJson.Default.WorkspaceStatus, Patience, ct);
        }
        catch (CliException e) when (e.Problem.Code == "unknown-workspace")
        {
            return null;
        }
    }

    /// <summary>Takes a workspace down; returns once nothing of it is left. Somebody else may have been faster.</summary>
    public async Task RemoveAsync(string workspace, CancellationToken ct)
    {
        try
        {
            await AskBytesAsync("DELETE", $"/api/workspaces/{workspace}", default, null, ct);
        }
        catch (CliException e) when (e.Problem.Code == "unknown-workspace")
        {
            // It is down, which is what was asked for.
        }
    }

    /// <summary>Starts, stops or restarts services; a stop has happened with the answer, the others are set in motion.</summary>
    /// <param name="verb"><c>start</c>, <c>stop</c> or <c>restart</c>.</param>
    /// <param name="services">All where empty.</param>
    public Task<ChangeAnswer> ChangeAsync(string workspace, IReadOnlyCollection<string> services, string verb, CancellationToken ct) => AskAsync(
        "POST",
        $"/api/workspaces/{workspace}/{verb}",
        JsonSerializer.SerializeToUtf8Bytes(new ChangeRequest { Services = services.Count > 0 ? [.. services] : null }, DaemonJson.Default.ChangeRequest),
        DaemonJson.Default.ChangeAnswer,
        null,
        ct);

    public Task<WhyReport> WhyAsync(string workspace, string service, CancellationToken ct) =>
        AskAsync("GET", $"{PathOf(workspace, service)}/why", default, DaemonJson.Default.WhyReport, Patience, ct);

    /// <summary>Waits at the daemon's side, which does so for a day at most.</summary>
    /// <returns>The answer, and whether the time was over first.</returns>
    public async Task<(WaitAnswer Answer, bool TimedOut)> WaitAsync(string workspace, string service, string goal, TimeSpan timeout, CancellationToken ct)
    {
        var limit = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, timeout.TotalMilliseconds):0}ms");
        await using var exchange = await SendAsync("GET", $"{PathOf(workspace, service)}/wait?for={goal}&timeout={limit}", "", default, ct);
        var body = await exchange.ReadToEndAsync(ct);
        return exchange.Status is 200 or 408
            ? (Parse(body, DaemonJson.Default.WaitAnswer), exchange.Status == 408)
            : throw Refusal(exchange.Status, body);
    }

    private static string PathOf(string workspace, string service) => $"/api/workspaces/{workspace}/services/{Uri.EscapeDataString(service)}";

    private async Task<T> AskAsync<T>(string method, string path, ReadOnlyMemory<byte> content, JsonTypeInfo<T> type, TimeSpan? patience, CancellationToken ct) =>
        Parse(await AskBytesAsync(method, path, content, patience, ct), type);

    private async Task<byte[]> AskBytesAsync(string method, string path, ReadOnlyMemory<byte> content, TimeSpan? patience, CancellationToken ct)
    {
        using var limit = patience is { } most ? new CancellationTokenSource(most, time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await using var exchange = await SendAsync(method, path, "", content, either.Token);
            var body = await exchange.ReadToEndAsync(either.Token);
            return exchange.Status < 300 ? body : throw Refusal(exchange.Status, body);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw CliException.TryAgain(
                "daemon-busy", $"the daemon has not answered for {patience!.Value.TotalSeconds:0} s", $"look into its log: gantry daemon logs; end it: gantry daemon stop");
        }
    }

    private Task<HttpExchange> SendAsync(string method, string path, string headers, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var type = content.IsEmpty ? "" : "Content-Type: application/json\r\n";
        return HttpExchange.SendAsync(home.Socket, method, path, $"{Headers}{headers}{type}", content, ct);
    }

    /// <summary>Gives the answer's lines, those together that come together.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> ReadLinesAsync(HttpExchange exchange, [EnumeratorCancellation] CancellationToken ct)
    {
        var rest = new List<byte>();
        while (await exchange.ReadAsync(ct) is { IsEmpty: false } piece)
        {
            var lines = new List<ReadOnlyMemory<byte>>();
            for (int end; (end = piece.Span.IndexOf((byte)'\n')) >= 0; piece = piece[(end + 1)..])
            {
                rest.AddRange(piece[..end].Span);
                lines.Add(lines.Count == 0 ? rest.ToArray() : piece[..end]);
                rest.Clear();
            }

            rest.AddRange(piece.Span);
            yield return lines;
        }
    }

    private static T Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new DaemonProtocolException($"the daemon's answer is not understood: {e.Message}");
        }
    }

    /// <summary>A problem that the daemon told, as what this program ends with.</summary>
    /// <param name="status">The answer's, where its body should be no problem.</param>
    internal static CliException Refusal(int status, ReadOnlySpan<byte> body)
    {
        Problem problem;
        try
        {
            problem = JsonSerializer.Deserialize(body, DaemonJson.Default.Problem) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            problem = new Problem { Title = $"The daemon answered {status}", Status = status, Code = "unexpected", Detail = $"the daemon answered with status {status}", Remedy = "gantry daemon logs" };
        }

        return new CliException(problem, ExitCodeOf(problem));
    }

    private static int ExitCodeOf(Problem problem) => problem switch
    {
        { Code: "bad-configuration" or "unknown-service" or "unknown-replica" or "ambiguous-workspace" } => ExitCodes.Usage,
        { Status: 400 or 422 } => ExitCodes.Usage,
        { Status: 503 or 507 or 429 } => ExitCodes.TryAgain,
        { Code: "version-mismatch" } => ExitCodes.TryAgain,
        _ => ExitCodes.Failed,
    };
}
