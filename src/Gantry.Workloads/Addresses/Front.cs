namespace Gantry.Workloads.Addresses;

/// <summary>
/// A workload's address in front as it is wished for: open, or refused because somebody else has the port, and then
/// tried again until that one has left. Opened and closed by one caller at a time.
/// </summary>
/// <param name="opened">Called whenever the address comes to be open by itself, with what was in the way.</param>
internal sealed class Front(Func<WorkloadSnapshot?> workload, SupervisorServices services, Func<Fault, CancellationToken, Task> opened) : IAsyncDisposable
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private FrontListener? _listener;
    private Fault? _fault;
    private CancellationTokenSource _moving = new();
    private Task _trying = Task.CompletedTask;

    /// <summary>Why nobody is reached at the address; null where it is open, or not wished for.</summary>
    public Fault? Fault => Volatile.Read(ref _fault);

    /// <summary>The port at which it is open; null where it is not.</summary>
    public int? OpenPort => Volatile.Read(ref _listener)?.Port;

    /// <summary>Closes the address unless it is the one that is wished for next: somebody else may wish for this one.</summary>
    public Task VacateAsync(int? next) => OpenPort == next ? Task.CompletedTask : CloseAsync();

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

    /// <param name="known">What was in the way before; what is in the way now where null.</param>
    private bool TryOpen(int port, Fault? known = null)
    {
        try
        {
            _listener = FrontListener.Open(port, workload, services);
            Volatile.Write(ref _fault, null);
            return true;
        }
        catch (WorkloadException e)
        {
            Volatile.Write(ref _fault, known ?? e.Fault);
            return false;
        }
    }

    private async Task TryAgainAsync(int port, CancellationToken ct)
    {
        try
        {
            // The fault stays the first one: by it those are known whom it has kept from starting.
            var fault = _fault!;
            do
            {
                await Task.Delay(TryAgainAfter, services.Time, ct);
            }
            while (!TryOpen(port, fault));
            await opened(fault, ct);
        }
        catch (OperationCanceledException)
        {
            // Another port is wished for, or none.
        }
    }
}
