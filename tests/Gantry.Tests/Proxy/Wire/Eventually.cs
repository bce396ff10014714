using System.Diagnostics;
using Xunit;

namespace Gantry.Tests.Proxy.Wire;

internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Returns once the condition holds; fails when it never does.</summary>
    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, $"Never came true: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
