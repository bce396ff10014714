using System.Diagnostics;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// What nobody foresaw, for a log that nobody rotates: the same is told once in a while, and else only counted. Without
/// the lines of the sources: to find them the runtime reads files, and what is told may be that none can be opened.
/// </summary>
internal sealed class Complaints
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>More than are ever foreseen not to be foreseen.</summary>
    private const int MostKinds = 100;

    private readonly Dictionary<string, (long At, int Untold)> _told = [];
    private readonly TimeProvider _time;
    private readonly Action<string> _say;

    public Complaints(TimeProvider time, Action<string> say)
    {
        (_time, _say) = (time, say);

        // What the first description loads must be there for one that comes when nothing can be loaded.
        _ = Describe(new InvalidOperationException());
    }

    public void Tell(Exception exception)
    {
        // One that names a process or a file is the same with the next.
        var kind = $"{exception.GetType()}: {string.Concat(exception.Message.Where(letter => !char.IsAsciiDigit(letter)))}";
        if (_told.TryGetValue(kind, out var last) && _time.GetElapsedTime(last.At) < AgainAfter)
        {
            _told[kind] = last with { Untold = last.Untold + 1 };
            return;
        }

        if (_told.Count == MostKinds)
        {
            _told.Clear();
        }

        _told[kind] = (_time.GetTimestamp(), 0);
        _say(last.Untold > 0 ? $"unexpected, after {last.Untold} times more: {exception.GetType()}: {exception.Message}" : $"unexpected: {Describe(exception)}");
    }

    /// <summary>As its own text, but from memory alone.</summary>
    public static string Describe(Exception exception)
    {
        var cause = exception.InnerException is { } inner ? $"\n ---> {Describe(inner)}" : "";
        return $"{exception.GetType()}: {exception.Message}{cause}\n{new StackTrace(exception, fNeedFileInfo: false)}".TrimEnd();
    }
}
