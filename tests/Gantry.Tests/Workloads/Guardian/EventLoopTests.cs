using Gantry.Workloads.Guardian;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

public sealed class EventLoopTests
{
    [Fact]
    public void What_was_posted_and_fails_is_done_again()
    {
        var failures = new List<Exception>();
        using var loop = new EventLoop(TimeProvider.System, failures.Add);
        var tries = 0;
        loop.Post(() =>
        {
            if (++tries < 3)
            {
                throw new IOException("not yet");
            }

            loop.Stop();
        });
        loop.After(TimeSpan.FromSeconds(20), loop.Stop);
        loop.Run();
        Assert.Equal((3, 2), (tries, failures.Count));
    }
}
