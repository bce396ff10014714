namespace Gantry.Daemon.Workspaces;

/// <summary>One caller at a time for each folder. Of a folder that nobody is at, or waits at, nothing is kept.</summary>
internal sealed class FolderGates
{
    private readonly Lock _lock = new();

    /// <summary>By folder. Guarded by <see cref="_lock"/>.</summary>
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Folders that somebody is at, or waits at.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _gates.Count;
            }
        }
    }

    /// <summary>Waits until those who came before have left.</summary>
    /// <returns>To be disposed of when leaving.</returns>
    public async Task<IDisposable> EnterAsync(string folder, CancellationToken ct)
    {
        var gate = Join(folder);
        try
        {
            await gate.Turn.WaitAsync(ct);
        }
        catch
        {
            Part(gate);
            throw;
        }

        return new Place(this, gate);
    }

    private Gate Join(string folder)
    {
        lock (_lock)
        {
            if (!_gates.TryGetValue(folder, out var gate))
            {
                gate = new Gate(folder);
                _gates.Add(folder, gate);
            }

            gate.Callers++;
            return gate;
        }
    }

    private void Part(Gate gate)
    {
        lock (_lock)
        {
            if (--gate.Callers == 0)
            {
                _gates.Remove(gate.Folder);
            }
        }
    }

    private sealed class Gate(string folder)
    {
        public string Folder => folder;

        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>Who is at it or waits. Guarded by the lock of all gates.</summary>
        public int Callers { get; set; }
    }

    private sealed class Place(FolderGates gates, Gate gate) : IDisposable
    {
        public void Dispose()
        {
            gate.Turn.Release();
            gates.Part(gate);
        }
    }
}
