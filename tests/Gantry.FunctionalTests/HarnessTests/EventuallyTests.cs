using Gantry.FunctionalTests.Harness;
using Xunit;
using Xunit.Sdk;

namespace Gantry.FunctionalTests.HarnessTests;

public sealed class EventuallyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_passes_as_soon_as_it_is_so()
    {
        var looks = 0;
        await Eventually.IsTrueAsync(() => ++looks == 3, "three looks", Ct);
        Assert.Equal(3, looks);
    }

    [Fact]
    public async Task It_fails_with_what_was_waited_for()
    {
        var failure = await Assert.ThrowsAsync<XunitException>(() => Eventually.IsTrueAsync(() => false, "the moon is blue", Ct, TimeSpan.FromMilliseconds(50)));
        Assert.Contains("the moon is blue", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_that_is_no_assertion_is_not_waited_out() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Eventually.IsTrueAsync(bool () => throw new InvalidOperationException(), "anything", Ct));
}
