using System.CommandLine;
using Gantry.Cli.Completion;
using Gantry.Cli.Failures;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry open</c>: a service's address, in a browser where there is one.</summary>
internal static class OpenCommand
{
    /// <summary>What opens an address ends at once where a browser runs already, and else may become one: nobody waits for that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private static readonly Argument<string[]> Targets = Service();

    public static Command Create()
    {
        var command = new Command("open", "Print a service's URL, and open it in a browser where there is one") { Targets };
        command.Do(RunAsync);
        return command;
    }

    private static Argument<string[]> Service()
    {
        var argument = new Argument<string[]>("service") { Description = "The service; or the workspace's folder and the service", HelpName = "service", Arity = new ArgumentArity(1, 2) };
        argument.CompletionSources.Add(ServiceCompletions.Of);
        return argument;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var target = context.Target(parsed.GetValue(Targets));
        if (target.Services.Length != 1)
        {
            throw CliException.Usage("one-service", "open takes one service", "gantry open web");
        }

        var client = await context.ReachAsync(ct);
        var (workspace, names) = await Services.FindAsync(client, target, ct);
        var service = workspace.Services.First(service => service.Name == names[0]);
        if (service.Url is not { } url)
        {
            throw service.Runtime == RuntimeKind.Site
                ? NotAtTheEdge(service.Name, await client.GetDoctorReportAsync(ct))
                : CliException.Failed("no-address", $"{service.Name} serves nothing that could be opened", "gantry status shows the addresses");
        }

        context.Output.Line(url);
        if (!service.Ready)
        {
            context.Output.Note($"gantry: {service.Name} is not ready yet: {Status.StatusText.OneLine(service.Reason)}");
        }

        context.Output.Flush();
        var opened = Browser(context.Variable) is { } browser && await OpenAsync(browser, url, context.Time, ct);
        if (context.Output.Options.Json)
        {
            context.Output.Json(new OpenReport(service.Name, url, opened), CliJson.Default.OpenReport);
        }

        return ExitCodes.Done;
    }

    /// <summary>A site has no address but the one at the edge: that is closed, or has given its name to somebody else.</summary>
    internal static CliException NotAtTheEdge(string site, DoctorReport report) => report.Doors.FirstOrDefault(door => door.Name == "edge") switch
    {
        { Status: DoorStatus.Busy } edge => CliException.Failed(
            "edge-closed", $"{site} is a site, which the edge serves, and the edge is closed: {edge.Note}", "end that program, or set [server] http in gantryd.toml; then gantry daemon restart"),
        { Status: DoorStatus.Off } edge => CliException.Failed(
            "edge-closed", $"{site} is a site, which the edge serves, and the edge is {edge.Note}", "open it there; then gantry daemon restart"),
        _ => CliException.Failed("name-taken", $"{site} is a site, and the edge answers with another workspace under its name", "gantry doctor tells which"),
    };

    /// <summary>The program that opens addresses on this desktop; null where there is no desktop.</summary>
    private static string? Browser(Func<string, string?> variable)
    {
        if (OperatingSystem.IsMacOS())
        {
            return "/usr/bin/open";
        }

        var desktop = variable("DISPLAY") is { Length: > 0 } || variable("WAYLAND_DISPLAY") is { Length: > 0 };
        return desktop
            ? (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, "xdg-open")).FirstOrDefault(File.Exists)
            : null;
    }

    /// <summary>Starts the browser so that it outlives us and its output goes nowhere; false where it failed at once.</summary>
    private static async Task<bool> OpenAsync(string browser, string url, TimeProvider time, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        var process = DetachedProcess.Start(browser, [browser, url], OwnEnvironment.Read(), logFile: null);
        var since = time.GetTimestamp();
        while (process.FindExit() is null && time.GetElapsedTime(since) < Patience)
        {
            await Task.Delay(LookEvery, time, ct);
        }

        return process.FindExit() is null or 0;
    }
}
