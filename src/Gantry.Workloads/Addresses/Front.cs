namespace Gantry.Workloads.Addresses;

/// <summary>
/// A workload's address in front as it is wished for: open, or refused because somebody else has the port, and then
/// tried again until that one has left. Opened and closed by one caller at a time.
/// </summary>
/// <param name="changed">Called whenever the address comes to be open by itself.</param>
internal sealed class Front(Func<WorkloadSnapshot?> workload, SupervisorServices services, Action changed) : IAsyncDisposable
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private FrontListener? _listener;
    private Fault? _fault;
    private CancellationTokenSource _moving = new();
    private Task _trying = Task.CompletedTask;

    /// <summary>Why nobody is reached at the address; null where it is open, or not wished for.</summary>
    public Fault? Fault => Volatile.Read(ref _fault);

    /// <summary>Opens the address, or moves it; what is open already stays so.</summary>
    /// <param name="port">Null for a workload that has none.</param>
    public async Task OpenAsync(int? port)
    {
        if (port is not null && _listener?.Port == port)
        {
            return;
        }

        await CloseAsync();
        if (port is { } wished && !TryOpen(wished))
        {
            _trying = TryAgainAsync(wished, _moving.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _moving.Dispose();
    }

    private async Task CloseAsync()
    {
        await _moving.CancelAsync();
        await _trying;
        _moving.Dispose();
        _moving = new CancellationTokenSource();
        var listener = _listener;
        _listener = null;
        Volatile.Write(ref _fault, null);
        if (listener is not null)
        {
            await listener.DisposeAsync();
        }
    }

    private bool TryOpen(int port)
    {
        try
        {
            _listener = FrontListener.Open(port, workload, services);
            Volatile.Write(ref _fault, null);
            return true;
        }
        catch (WorkloadException e)
        {
            Volatile.Write(ref _fault, e.Fault);
            return false;
        }
    }

    private async Task TryAgainAsync(int port, CancellationToken ct)
    {
        try
        {
            do
            {
                await Task.Delay(TryAgainAfter, services.Time, ct);
            }
            while (!TryOpen(port));
        }
        catch (OperationCanceledException)
        {
            return; // Another port is wished for, or none.
        }

        changed();
    }
}
