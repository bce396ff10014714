namespace Gantry.TestApp.Http;

/// <summary>Whether the server calls itself healthy: by the clock, until somebody says otherwise.</summary>
internal sealed class HealthSwitch(long started, TimeSpan? healthyAfter, TimeSpan? unhealthyAfter)
{
    private volatile object? _override;

    public bool IsHealthy
    {
        get
        {
            var age = TimeProvider.System.GetElapsedTime(started);
            return _override as bool? ?? (age >= (healthyAfter ?? TimeSpan.Zero) && age < (unhealthyAfter ?? TimeSpan.MaxValue));
        }
    }

    public void Override(bool healthy) => _override = healthy;
}
