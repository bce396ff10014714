using Xunit;

namespace Gantry.Tests.Proxy.Wire;

internal static class Deadline
{
    /// <summary>A token for one step of a test: cancelled with the test, and long after the step should be done.</summary>
    public static CancellationToken Token
    {
        get
        {
            var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(30));
            return deadline.Token;
        }
    }
}
