using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.Workloads;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Workspaces;

/// <summary>What the last words of a program tell about why it ended: a table of what programs of many languages say.</summary>
internal static partial class OutputClues
{
    private static readonly Clue[] Table =
    [
        new("port-in-use", PortInUse(), PortMessage, match => $"end the program that holds port {match.Groups["port"].Value}, or use another port"),
        new("missing-variable", MissingVariable(), match => $"the variable {match.Groups["name"].Value} is missing", match => $"add {match.Groups["name"].Value} to env, or export it before `gantry up`"),
        new("command-not-found", CommandNotFound(), match => $"the command {match.Groups["name"].Value} was not found", match => $"install {match.Groups["name"].Value}, or correct its name"),
        new("syntax-error", SyntaxError(), match => match.Value.Trim(), _ => "correct the file that its output names"),
        new("missing-module", MissingModule(), match => $"the module {match.Groups["name"].Value} is missing", _ => "install the project's dependencies"),
        new("missing-file", MissingFile(), match => $"the file {match.Groups["name"].Value} does not exist", _ => "create it, or correct the path or workdir"),
        new("permission-denied", PermissionDenied(), _ => "permission was denied", _ => "check the owner and mode of what it opens, or set user"),
        new("connection-refused", ConnectionRefused(), _ => "something that it connects to refused", _ => "add a depends_on with \"healthy\" on what it connects to"),
    ];

    /// <summary>The first clue in the lines, the latest line first; null where none says anything known.</summary>
    public static Fault? Find(IReadOnlyList<LogLine> lines)
    {
        foreach (var line in lines.Reverse())
        {
            foreach (var clue in Table)
            {
                if (Match(clue.Pattern, line.Text) is { } match)
                {
                    return new Fault(clue.Code, clue.Message(match), clue.Remedy(match));
                }
            }
        }

        return null;
    }

    /// <summary>Where a pattern matches; null where it does not, or where nobody can tell in its time: what a program writes is no reason to fail.</summary>
    public static Match? Match(Regex pattern, string text)
    {
        try
        {
            return pattern.Match(text) is { Success: true } match ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string PortMessage(Match match)
    {
        var port = match.Groups["port"].Value;
        var holder = int.TryParse(port, CultureInfo.InvariantCulture, out var number) && OperatingSystem.IsLinux()
            ? ListenTable.HolderOf(number)
            : null;
        return holder is null ? $"port {port} was in use" : $"port {port} is in use by {holder}";
    }

    [GeneratedRegex(@"(?:EADDRINUSE|[Aa]ddress already in use|[Pp]ort is already (?:allocated|in use)).{0,60}?[:\s](?<port>\d{2,5})\b|\bport (?<port>\d{2,5})\b.{0,40}(?:already )?in use", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex PortInUse();

    [GeneratedRegex(@"(?i:missing|required|undefined|not set|unset|must be set|KeyError).{0,40}?['""\s]\$?(?<name>[A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z][A-Z0-9_]{3,})\b|\$?\b(?<name>[A-Z][A-Z0-9]*_[A-Z0-9_]+)['""]?:? (?i:is )?(?i:not set|unset|is required|is missing|must be set|parameter not set|unbound variable)", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex MissingVariable();

    [GeneratedRegex(@"(?:^|: )(?<name>[^\s:]+): (?:command )?not found$|'(?<name>[^']+)' is not recognized", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex CommandNotFound();

    [GeneratedRegex(@"^(?:\w*SyntaxError|IndentationError|TabError): .{1,120}", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex SyntaxError();

    [GeneratedRegex(@"(?:Cannot find (?:module|package)|No module named|cannot load such file --|ERR_MODULE_NOT_FOUND.*?) ['""]?(?<name>[^'""\s]+)", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex MissingModule();

    [GeneratedRegex(@"(?:ENOENT: no such file or directory, \w+|[Nn]o such file or directory:|Could not find file|can't open file) ['""]?(?<name>[^'""]+?)['""]?(?:$|[\s:.])", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex MissingFile();

    [GeneratedRegex(@"EACCES|[Pp]ermission denied|UnauthorizedAccessException", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex PermissionDenied();

    [GeneratedRegex(@"ECONNREFUSED|[Cc]onnection refused", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex ConnectionRefused();

    private sealed record Clue(string Code, Regex Pattern, Func<Match, string> Message, Func<Match, string> Remedy);
}
