using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Daemon.Configuration.Types;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Gantry.Workloads.Logs;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry logs</c>: what services wrote, while they run and after.</summary>
internal static class LogsCommand
{
    private static readonly Argument<string[]> Targets = Arguments.Targets();

    private static readonly Option<bool> Follow = Arguments.Flag("--follow", "-f", "Go on with what comes");

    private static readonly Option<int?> Tail = Arguments.Number("--tail", ["-n"], "Only the last so many lines", least: 0);

    private static readonly Option<string?> Since = new("--since") { Description = "Only lines since a time (RFC 3339) or of the last 5m, 2h, …", HelpName = "TIME" };

    private static readonly Option<string?> Stream = Arguments.OneOf("--stream", "Only one stream", "stdout", "stderr", "gantry");

    private static readonly Option<int?> Replica = Arguments.Number("--replica", [], "Only one replica", least: 0);

    private static readonly Option<bool> NoPrefix = Arguments.Flag("--no-prefix", "Leave out who wrote a line");

    private static readonly Option<bool> Timestamps = Arguments.Flag("--timestamps", "-t", "Begin each line with its time");

    public static Command Create()
    {
        var command = new Command("logs", "Print what services wrote") { Targets, Follow, Tail, Since, Stream, Replica, NoPrefix, Timestamps };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var target = context.Target(parsed.GetValue(Targets));
        var request = new LogRequest
        {
            Services = target.Services,
            Tail = parsed.GetValue(Tail),
            Since = ParseSince(parsed.GetValue(Since), context.Time.GetUtcNow()),
            Follow = parsed.GetValue(Follow),
            Stream = parsed.GetValue(Stream),
            Replica = parsed.GetValue(Replica),
        };
        var text = new LogText(new LogStyle(!parsed.GetValue(NoPrefix), parsed.GetValue(Timestamps)), context.Output.Palette, target.Services);
        var folder = target.RequireFolder();
        var id = context.Client.IdOf(folder);
        RequireReplica(context, id, request);
        var client = await context.FindAsync(ct);
        var up = client is null ? null : await client.FindStatusAsync(id, ct);
        if (client is not null && up is not null && await KnowsAsync(context, up, target.Services, folder, ct))
        {
            RequireWriter(up, target.Services);
            await PrintAsync(context.Output, text, client.ReadLogsAsync(id, OfNow(request, up), ct), ct);
        }
        else
        {
            await RequireWrittenAsync(context, id, request, folder, ct);
            await PrintFromDiskAsync(context, text, id, request, ct);
        }

        return ExitCodes.Done;
    }

    /// <summary>A length of time back from now, or a time.</summary>
    internal static DateTimeOffset? ParseSince(string? text, DateTimeOffset now) => text switch
    {
        null => null,
        _ when Durations.TryRead(text, out var ago, out _) && ago <= now - DateTimeOffset.UnixEpoch => now - ago,
        _ when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) => time,
        _ => throw CliException.Usage("bad-time", $"--since: {text} is no time", "write 30s, 5m, 2h, or a time such as 2026-03-01T12:00:00Z"),
    };

    /// <summary>Whether the daemon has all of the services; what one wrote that was removed lies on the disk.</summary>
    /// <exception cref="CliException">There neither is nor was one of them.</exception>
    private static async Task<bool> KnowsAsync(CommandContext context, WorkspaceStatus up, IReadOnlyCollection<string> wanted, string folder, CancellationToken ct)
    {
        var names = up.Services.Select(service => service.Name).ToList();
        if (wanted.All(names.Contains))
        {
            return true;
        }

        await Services.RequireAsync(wanted, [.. names.Union(Written(context, up.Id))], up.Workspace, folder, ct);
        return false;
    }

    /// <summary>A site runs no program that could write anything.</summary>
    private static void RequireWriter(WorkspaceStatus up, IReadOnlyCollection<string> wanted)
    {
        var asked = up.Services.Where(service => wanted.Contains(service.Name)).ToList();
        if (asked.Count > 0 && asked.All(service => service.Runtime == RuntimeKind.Site))
        {
            throw CliException.Failed("no-logs", $"{asked[0].Name} is a site, which the edge serves: it writes nothing", "gantry open shows it");
        }
    }

    /// <summary>Without a name those that the workspace has now; who follows gets those as well that are yet to come.</summary>
    private static LogRequest OfNow(LogRequest request, WorkspaceStatus up) =>
        request is { Services.Count: 0, Follow: false } ? request with { Services = [.. up.Services.Select(service => service.Name)] } : request;

    /// <summary>Each replica that ever was has its folder; one that is to come is waited for.</summary>
    private static void RequireReplica(CommandContext context, string id, LogRequest request)
    {
        if (request is not { Replica: { } index, Follow: false })
        {
            return;
        }

        var services = Written(context, id).Where(name => request.Services.Count == 0 || request.Services.Contains(name)).ToList();
        if (services.Count > 0 && !services.Any(name => Directory.Exists(context.Home.LogsOf(new InstanceId(id, name, index)))))
        {
            throw CliException.Usage("unknown-replica", $"nothing was ever written by a replica {index}", "replicas are counted from 0; gantry status --json lists them");
        }
    }

    private static List<string> Written(CommandContext context, string id)
    {
        var folder = Path.Combine(context.Home.Logs, id);
        return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path))] : [];
    }

    private static async Task PrintAsync(CommandOutput output, LogText text, IAsyncEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> pieces, CancellationToken ct)
    {
        await foreach (var lines in pieces.WithCancellation(ct))
        {
            foreach (var line in lines)
            {
                if (output.Options.Json)
                {
                    output.Raw(Encoding.UTF8.GetString(line.Span) + "\n");
                }
                else
                {
                    output.Line(text.Of(JsonSerializer.Deserialize(line.Span, DaemonJson.Default.LogLine)!));
                }
            }

            output.Flush();
        }
    }

    private static async Task RequireWrittenAsync(CommandContext context, string id, LogRequest request, string folder, CancellationToken ct)
    {
        var written = Written(context, id);
        if (written.Count == 0)
        {
            throw CliException.Failed("no-logs", "nothing was ever written here: this workspace has not been up", "gantry up");
        }

        await Services.RequireAsync(request.Services, written, "this workspace", folder, ct);
    }

    /// <summary>The output lies on the disk, whether or not anybody is there who keeps it.</summary>
    private static async Task PrintFromDiskAsync(CommandContext context, LogText text, string id, LogRequest request, CancellationToken ct)
    {
        var query = new LogQuery
        {
            Workspace = id,
            Workloads = [.. request.Services],
            Tail = request.Tail,
            Since = request.Since,
            Follow = request.Follow,
            Replica = request.Replica,
            Stream = request.Stream is { } stream ? Enum.Parse<LogStream>(stream, ignoreCase: true) : null,
        };
        await foreach (var line in new LogStore(context.Home, context.Time).ReadAsync(query, ct))
        {
            if (context.Output.Options.Json)
            {
                context.Output.Json(line, DaemonJson.Default.LogLine);
            }
            else
            {
                context.Output.Line(text.Of(line));
            }

            if (request.Follow)
            {
                context.Output.Flush();
            }
        }
    }
}
