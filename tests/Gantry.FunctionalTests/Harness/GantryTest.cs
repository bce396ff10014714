using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>
/// A test with a home of its own. Where it fails, its output holds all that is known of the home; afterwards nothing of
/// the home may be left, and what is left is a failure beside the test's own.
/// </summary>
public abstract class GantryTest : IAsyncLifetime
{
    private static readonly TimeSpan ReportPatience = TimeSpan.FromSeconds(20);

    private protected GantryHome Home { get; } = GantryHome.Create();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (TestContext.Current.TestState is { Result: TestResult.Failed })
            {
                using var patience = new CancellationTokenSource(ReportPatience);
                TestContext.Current.TestOutputHelper?.WriteLine(await HomeReport.OfAsync(Home, patience.Token));
            }
        }
        finally
        {
            await Home.DisposeAsync();
        }
    }
}
