using System.Collections.Frozen;

namespace Gantry.Workloads.Native;

/// <summary>POSIX signals by name, with the numbers of Linux on x86-64 and arm64 (signal(7)).</summary>
public static class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Stop = 19;
    public const int Continue = 18;

    private static readonly FrozenDictionary<string, int> Numbers = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["SIGHUP"] = 1,
        ["SIGINT"] = Interrupt,
        ["SIGQUIT"] = 3,
        ["SIGILL"] = 4,
        ["SIGTRAP"] = 5,
        ["SIGABRT"] = 6,
        ["SIGBUS"] = 7,
        ["SIGFPE"] = 8,
        ["SIGKILL"] = Kill,
        ["SIGUSR1"] = 10,
        ["SIGSEGV"] = 11,
        ["SIGUSR2"] = 12,
        ["SIGPIPE"] = 13,
        ["SIGALRM"] = 14,
        ["SIGTERM"] = Terminate,
        ["SIGSTKFLT"] = 16,
        ["SIGCHLD"] = 17,
        ["SIGCONT"] = Continue,
        ["SIGSTOP"] = Stop,
        ["SIGTSTP"] = 20,
        ["SIGTTIN"] = 21,
        ["SIGTTOU"] = 22,
        ["SIGURG"] = 23,
        ["SIGXCPU"] = 24,
        ["SIGXFSZ"] = 25,
        ["SIGVTALRM"] = 26,
        ["SIGPROF"] = 27,
        ["SIGWINCH"] = 28,
        ["SIGIO"] = 29,
        ["SIGPWR"] = 30,
        ["SIGSYS"] = 31,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<int, string> Names = Numbers.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>All names, by number.</summary>
    public static IEnumerable<string> All => Numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key);

    /// <summary>The number of a signal named with or without <c>SIG</c>, in any case; null where there is no such signal.</summary>
    public static int? Number(string name)
    {
        var upper = name.Trim().ToUpperInvariant();
        return Numbers.TryGetValue(upper.StartsWith("SIG", StringComparison.Ordinal) ? upper : "SIG" + upper, out var number)
            ? number
            : null;
    }

    /// <summary>The name of a signal; real-time signals have none of their own.</summary>
    public static string Name(int number) => Names.TryGetValue(number, out var name) ? name : $"signal {number}";
}
