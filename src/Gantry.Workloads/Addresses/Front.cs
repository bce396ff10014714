namespace Gantry.Workloads.Addresses;

/// <summary>
/// A workload's address in front as it is wished for: open, or refused because somebody else has the port, and then
/// tried again until that one has left. Opened and closed by one caller at a time.
/// </summary>
/// <param name="changed">Called whenever what was refused is open, with null, or is refused for another reason.</param>
internal sealed class Front(Func<WorkloadSnapshot?> workload, SupervisorServices services, Func<Fault?, CancellationToken, Task> changed) : IAsyncDisposable
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private FrontListener? _listener;
    private Fault? _fault;
    private int? _wished;

    /// <summary>Whether somebody was told that it is refused, and not yet that it is open.</summary>
    private volatile bool _isOwed;

    private CancellationTokenSource _moving = new();
    private Task _trying = Task.CompletedTask;

    /// <summary>Why nobody is reached at the address; null where it is open, or not wished for.</summary>
    public Fault? Fault => Volatile.Read(ref _fault);

    /// <summary>The port at which it is open; null where it is not.</summary>
    public int? OpenPort => Volatile.Read(ref _listener)?.Port;

    /// <summary>Gives up the address unless it is the one that is wished for next: somebody else may wish for this one.</summary>
    public Task VacateAsync(int? next) => _wished == next ? Task.CompletedTask : CloseAsync();

    /// <summary>Opens the address, or moves it; what is open already stays so, and what is refused is tried at once.</summary>
    /// <param name="port">Null for a workload that has none.</param>
    public async Task OpenAsync(int? port, CancellationToken ct)
    {
        if (port is not null && OpenPort == port)
        {
            return;
        }

        await CloseAsync();
        _wished = port;
        if (port is not { } wished || TryOpen(wished))
        {
            await SettleAsync(ct);
        }
        else
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
        _wished = null;
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
            _isOwed = true;
            Volatile.Write(ref _fault, e.Fault);
            return false;
        }
    }

    /// <summary>Whoever was refused hears of it that nothing is in the way any more.</summary>
    private async Task SettleAsync(CancellationToken ct)
    {
        if (_isOwed)
        {
            await changed(null, ct);
            _isOwed = false;
        }
    }

    private async Task TryAgainAsync(int port, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TryAgainAfter, services.Time, ct);
                var before = Fault;
                if (TryOpen(port))
                {
                    await SettleAsync(ct);
                    return;
                }

                if (Fault != before)
                {
                    await changed(Fault, ct);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Another port is wished for, or none.
        }
    }
}
