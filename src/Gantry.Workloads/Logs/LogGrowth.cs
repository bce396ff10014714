namespace Gantry.Workloads.Logs;

/// <summary>Tells when something below a folder was written, by the kernel's notice and not by looking again and again.</summary>
internal sealed class LogGrowth : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly SemaphoreSlim _grew = new(0, 1);
    private readonly TimeProvider _time;

    public LogGrowth(string folder, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(folder);
        _watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.Size | NotifyFilters.LastWrite };
        _watcher.Changed += (_, _) => Signal();
        _watcher.Created += (_, _) => Signal();
        _watcher.Error += (_, _) => Signal();
        try
        {
            _watcher.EnableRaisingEvents = true;
        }
        catch (IOException)
        {
            // A user may have only so many (inotify(7), max_user_instances), shared with editors: then it is only looked.
        }
    }

    /// <summary>Returns once something was written since the last return, or after the time at the latest.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(atMost, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await _grew.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nothing came, which is an answer as well.
        }
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _grew.Dispose();
    }

    private void Signal()
    {
        try
        {
            if (_grew.CurrentCount == 0)
            {
                _grew.Release();
            }
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Signalled already, or nobody waits any more.
        }
    }
}
