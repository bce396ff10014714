using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>
/// Moments at which a crash test strikes: they differ from round to round, and are printed, so that a failure can be told
/// from luck. A crash comes at no state that could be waited for, hence this is the one place that lets time pass.
/// </summary>
internal sealed class Moment
{
    private readonly Random _random;

    public Moment()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"moments of seed {seed}");
        _random = new Random(seed);
    }

    /// <summary>Lets a random time pass, up to this many milliseconds.</summary>
    public async Task WithinAsync(int milliseconds, CancellationToken ct)
    {
        var pause = _random.Next(milliseconds);
        TestContext.Current.TestOutputHelper?.WriteLine($"{pause} ms");
        await Task.Delay(TimeSpan.FromMilliseconds(pause), TimeProvider.System, ct);
    }
}
