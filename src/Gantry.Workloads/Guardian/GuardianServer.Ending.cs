using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>How processes end: noticed, asked to, or made to.</summary>
internal sealed partial class GuardianServer
{
    /// <summary>How often families that were asked to end are counted; a main process's end is noticed at once.</summary>
    private static readonly TimeSpan CountEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>The same once they have taken a second.</summary>
    private static readonly TimeSpan CountSlowly = TimeSpan.FromMilliseconds(100);

    private EventLoop.Timer? _count;

    /// <summary>Takes notice of every child that has ended, our own and those that became ours.</summary>
    private void Reap()
    {
        int pid;
        while ((pid = Libc.WaitPid(-1, out var status, Libc.WNOHANG)) > 0)
        {
            if (_execs.Remove(pid, out var exec))
            {
                exec.Exited(WaitStatus.Code(status));
            }
            else if (_processes.Values.FirstOrDefault(process => process.Pid == pid && process.Exit is null) is { } process)
            {
                NoteExit(process, WaitStatus.Parse(status));
            }
        }

        LookForLeftovers();
        if (_endings.Count > 0)
        {
            CountEndings();
        }
    }

    /// <summary>Tells it in any case: the kernel says it once, and what there is still to be looked at or written may not be to be had.</summary>
    private void NoteExit(GuardedProcess process, ExitStatus exit)
    {
        process.Exit = exit;
        try
        {
            process.Exit = exit with { OutOfMemory = exit.Signal == "SIGKILL" && _cgroups.RanOutOfMemory(process.Key) };
            process.Output.Drain();
            process.Log.Remark(process.Exit.ToString());
        }
        finally
        {
            Tell(new ExitedEvent(process.Key, process.Exit));
        }
    }

    /// <summary>Whether those that have ended left anything behind.</summary>
    private void LookForLeftovers()
    {
        var ended = _processes.Values.Where(process => process is { Exit: not null, WasLookedAt: false }).ToList();
        var now = ended.Count > 0 ? new ProcessFamily() : null;
        foreach (var process in ended)
        {
            process.Alone = Family(now!, process.Key, thorough: true).Count == 0;
            process.WasLookedAt = true;
        }
    }

    /// <summary>Asks a family to end, and answers once all of it has.</summary>
    private void End(string key, int signal, TimeSpan grace, Action<GuardianMessage> answer)
    {
        if (!_processes.TryGetValue(key, out var process))
        {
            answer(new DoneReply());
            return;
        }

        if (!_endings.TryGetValue(key, out var ending))
        {
            ending = new Ending(process, _time.GetTimestamp(), signal, grace);
            _endings.Add(key, ending);
        }

        ending.Grace = grace < ending.Grace ? grace : ending.Grace;
        ending.Answers.Add(answer);
        CountEndings();
    }

    /// <summary>Looks once at the host's processes for all families on their way out, and comes back while there are any.</summary>
    private void CountEndings()
    {
        _count?.Cancel();
        try
        {
            var now = new ProcessFamily();
            foreach (var ending in _endings.Values.ToArray())
            {
                Continue(ending, now);
            }
        }
        catch (Exception e)
        {
            // Whatever hid them for now, they are looked at again: whoever waits has their word that they end.
            _failed(e);
        }

        LeaveIfToldTo();
        if (_endings.Count > 0)
        {
            var fresh = _endings.Values.Any(ending => _time.GetElapsedTime(ending.Since) < TimeSpan.FromSeconds(1));
            _count = _loop.After(fresh ? CountEvery : CountSlowly, CountEndings);
        }
    }

    private void Continue(Ending ending, ProcessFamily now)
    {
        var key = ending.Process.Key;
        var elapsed = _time.GetElapsedTime(ending.Since);
        if (!ending.IsAsked && ending.Grace > TimeSpan.Zero)
        {
            Signal(Family(now, key, thorough: true), ending.Process.Pid, ending.Signal);
        }

        ending.IsAsked = true;
        var members = Family(now, key, thorough: elapsed >= ending.Grace);
        if (members.Count == 0 && ending.Process.Exit is not null)
        {
            members = Family(now, key, thorough: true);
        }

        if (members.Count == 0 && ending.Process.Exit is not null)
        {
            members = StraysOf(key, now);
            if (members.Count == 0)
            {
                Finish(ending);
                return;
            }

            // They have shed everything that a signal to the family reaches, and the family has had its grace.
            ProcessFamily.Kill(members);
        }

        if (elapsed >= ending.Grace)
        {
            _cgroups.Kill(key);
            ProcessFamily.Kill(members);
        }

        if (elapsed >= ending.Grace + ProcessFamily.KillPatience)
        {
            // Whoever waits is told, and the counting goes on.
            var stuck = string.Join(", ", members.Select(member => $"{ProcessTable.NameOf(member.Pid)} ({member.Pid}, state {member.State})"));
            Answer(ending, new ErrorReply("cannot-kill", $"still there after SIGKILL: {stuck}"));
        }
    }

    private void Finish(Ending ending)
    {
        _endings.Remove(ending.Process.Key);
        ending.Process.Alone = true;
        _strays.Release(ending.Process.Key);
        Answer(ending, new DoneReply());
        if (ending.Process.IsOrphaned)
        {
            Forget(ending.Process.Key);
        }

        LeaveIfIdle();
    }

    private static void Answer(Ending ending, GuardianMessage reply)
    {
        foreach (var answer in ending.Answers)
        {
            answer(reply);
        }

        ending.Answers.Clear();
    }

    /// <summary>The whole group gets the signal, as from a terminal: a shell in front of a program does not pass it on.</summary>
    private static void Signal(List<ProcessInfo> members, int main, int signal)
    {
        if (members.Any(member => member.Group == main))
        {
            _ = Libc.Kill(-main, signal);
        }

        foreach (var member in members)
        {
            if (member.Group != main)
            {
                _ = Libc.Kill(member.Pid, signal);
            }

            if (member.State == 'T')
            {
                // A stopped process cannot act on any signal but this one and SIGKILL.
                _ = Libc.Kill(member.Pid, Signals.Continue);
            }
        }
    }

    /// <summary>What a dead daemon leaves behind: its own processes end with it, at once.</summary>
    private void EndDaemonsProcesses()
    {
        foreach (var process in _processes.Values.Where(process => process.Order.Lifetime == Lifetime.Daemon).ToArray())
        {
            process.IsOrphaned = true;
            End(process.Key, Signals.Kill, TimeSpan.Zero, _ => { });
        }

        LeaveIfIdle();
    }

    private void KillSession(int pid)
    {
        if (_execs.ContainsKey(pid))
        {
            ProcessFamily.Kill(new ProcessFamily().Members(pid, [], isMarked: null));
        }
    }

    /// <summary>A family on its way out.</summary>
    private sealed class Ending(GuardedProcess process, long since, int signal, TimeSpan grace)
    {
        public GuardedProcess Process { get; } = process;

        public long Since { get; } = since;

        /// <summary>What it is asked to end by.</summary>
        public int Signal { get; } = signal;

        /// <summary>Whether it got that, where it was to get any.</summary>
        public bool IsAsked { get; set; }

        public TimeSpan Grace { get; set; } = grace;

        public List<Action<GuardianMessage>> Answers { get; } = [];
    }
}
