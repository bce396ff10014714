using System.Text.RegularExpressions;

namespace Gantry.Tests.Conventions;

/// <summary>A call that the conventions forbid, where, and what to do instead.</summary>
internal sealed partial record BannedCall(string Name, Func<string, IEnumerable<int>> Offsets, Func<string, bool> AppliesTo, string Instead)
{
    private static readonly Func<string, bool> Everywhere = _ => true;
    private static readonly Func<string, bool> Product = path => path.StartsWith("src/", StringComparison.Ordinal);

    public static readonly IReadOnlyList<BannedCall> All =
    [
        new("blocking on a task", Matches(Blocking()), Everywhere, "await it"),
        new("Thread.Sleep", Matches(Sleeping()), Everywhere, "wait for the event itself, or await Task.Delay with a TimeProvider"),
        new("a delay without TimeProvider", DelaysByTheWallClock, Product, "pass a TimeProvider, so that tests can turn the clock"),
        new("the wall clock", Matches(WallClock()), Product, "ask a TimeProvider"),
        new("async void", Matches(AsyncVoid()), Everywhere, "return a Task: an exception in it would end the process"),
        new("#region", Matches(Region()), Everywhere, "split the file by idea"),
        new("Console", Matches(TheConsole()), path => Product(path) && !InFolder(path, "src/Gantry.Cli"), "log it, or return it to the CLI"),
        new("System.Diagnostics.Process", Matches(TheProcessClass()), path => InFolder(path, "src/Gantry.Workloads/Guardian"),
            "use Native.ProcessStarter: the class reaps children by itself, and fails fast beside waitpid(-1)"),
    ];

    private static bool InFolder(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static Func<string, IEnumerable<int>> Matches(Regex regex) =>
        code => regex.Matches(code).Select(match => match.Index);

    private static IEnumerable<int> DelaysByTheWallClock(string code)
    {
        foreach (Match call in Delay().Matches(code))
        {
            var arguments = ArgumentsAt(code, call.Index + call.Length);
            if (!arguments.Skip(1).Any(argument => AClock().IsMatch(argument.Trim())))
            {
                yield return call.Index;
            }
        }
    }

    /// <summary>The arguments of a call, from just behind its opening parenthesis.</summary>
    private static List<string> ArgumentsAt(string code, int start)
    {
        var arguments = new List<string>();
        var depth = 0;
        for (var at = start; at < code.Length; at++)
        {
            if (code[at] is '(' or '[' or '{')
            {
                depth++;
            }
            else if (depth == 0 && code[at] is ',' or ')')
            {
                arguments.Add(code[start..at]);
                start = at + 1;
                if (code[at] == ')')
                {
                    break;
                }
            }
            else if (code[at] is ')' or ']' or '}')
            {
                depth--;
            }
        }

        return arguments;
    }

    // A member called Result that takes arguments is a method of our own; a task's is a property.
    [GeneratedRegex(@"\.Result\b(?!\s*[(<{])|\.GetAwaiter\(\)\s*\.GetResult\(|\.Wait\(|\bTask\.Wait(All|Any)\(")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\bThread\.Sleep\(")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"\b(Task\.Delay|new\s+PeriodicTimer)\s*\(")]
    private static partial Regex Delay();

    [GeneratedRegex(@"^(time|clock|TimeProvider)\w*:|\b_?(time|clock)(Provider)?$|\.(Time|Clock)(Provider)?$|\bTimeProvider\.System$", RegexOptions.IgnoreCase)]
    private static partial Regex AClock();

    [GeneratedRegex(@"\bDateTime(Offset)?\s*\.\s*(UtcNow|Now|Today)\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"^\s*#\s*region\b", RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"(?<![\w.])(System\s*\.\s*)?Console\s*\.")]
    private static partial Regex TheConsole();

    [GeneratedRegex(@"\bSystem\.Diagnostics\.Process\b|\bnew\s+Process\b\s*[({]|\bProcessStartInfo\b|(?<![\w.])Process\.(Start|GetProcess\w*|GetCurrentProcess|EnterDebugMode)\b")]
    private static partial Regex TheProcessClass();
}
