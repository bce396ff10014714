using System.Text;
using System.Text.Json;
using Gantry.Cli.Connection;
using Gantry.Cli.Native;
using Gantry.Cli.Output;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Cli.Status;

/// <summary>What <c>gantry status</c> was asked, where that is plain enough to be understood without the whole command line.</summary>
/// <param name="Folder">The folder that was named; null for the one around the current folder.</param>
/// <param name="From">The folder of <c>-C</c>; null for the current one.</param>
internal sealed record StatusCall(string? Folder, string? From, bool Json, bool Colours);

/// <summary>
/// <c>gantry status</c> of a workspace that is up, in the time that the runtime needs to start and little more: prompts
/// and editors call it every few seconds. Nothing here may touch the command-line library, sockets, console or
/// serializer of the framework. Whatever is not plain is left to <see cref="Commands.StatusCommand"/>.
/// </summary>
internal static class FastStatus
{
    /// <summary>Understands the arguments, or returns null where the whole command line is to look at them.</summary>
    public static StatusCall? Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || args[0] != "status")
        {
            return null;
        }

        var call = new StatusCall(null, null, Json: false, Colours: true);
        for (var i = 1; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--json":
                    call = call with { Json = true };
                    break;
                case "--no-color":
                    call = call with { Colours = false };
                    break;
                case "-C" when i + 1 < args.Count && call.From is null && args[i + 1] is [not '-', ..]:
                    call = call with { From = args[++i] };
                    break;
                case var folder when call.Folder is null && Target.IsFolder(folder):
                    call = call with { Folder = folder };
                    break;
                default:
                    return null;
            }
        }

        return call;
    }

    /// <summary>Prints the state and returns the exit code, or null where nothing was printed and the command proper is to answer.</summary>
    public static int? Run(StatusCall call)
    {
        try
        {
            if (FindFolder(call) is not { } folder)
            {
                return null;
            }

            var home = HomeFolder.Look(HomeFolder.Locate(Environment.GetEnvironmentVariable));
            if (!home.IsMade)
            {
                return null;
            }

            var id = WorkspaceId.Of(home.Id, CanonicalPath.Of(folder));
            var answer = UnixConnection.Get(home.Socket, $"/api/workspaces/{id}", $"{BuildVersion.Header}: {BuildVersion.Current}\r\n");
            if (answer is not (200, var body))
            {
                return null;
            }

            Print(call, body.Span);
            return ExitCodes.Done;
        }
        catch (BrokenPipeException)
        {
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or HomeException or JsonException or UnauthorizedAccessException)
        {
            // The command proper says what is wrong.
            return null;
        }
    }

    private static string? FindFolder(StatusCall call)
    {
        var from = Path.GetFullPath(call.From ?? ".");
        return !Directory.Exists(from) ? null : call.Folder is { } folder ? Path.GetFullPath(folder, from) : WorkspaceFolder.Find(from);
    }

    private static void Print(StatusCall call, ReadOnlySpan<byte> json)
    {
        var stdout = StandardStream.Open(TerminalDevice.Stdout);
        if (call.Json)
        {
            var line = new byte[json.Length + 1];
            json.CopyTo(line);
            line[^1] = (byte)'\n';
            stdout.Write(line);
            return;
        }

        var text = new StringBuilder();
        var terminal = TerminalDevice.IsTerminal(TerminalDevice.Stdout);
        var palette = new Palette(call.Colours && Terminal.WantsColours(terminal, Environment.GetEnvironmentVariable));
        StatusText.Write(text, StatusReader.Read(json), palette, TerminalDevice.SizeOf(TerminalDevice.Stdout)?.Columns);
        stdout.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
