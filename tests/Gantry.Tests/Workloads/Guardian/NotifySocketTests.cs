using System.Net.Sockets;
using System.Text;
using Gantry.Workloads.Guardian;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

/// <summary>Whoever may not speak must not keep the guardian busy either.</summary>
public sealed class NotifySocketTests
{
    private static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(250);

    /// <summary>A queue holds ten messages unless the host says otherwise.</summary>
    private const int Messages = 8;

    [Fact]
    public void After_a_refusal_nothing_is_heard_for_a_moment() => Assert.InRange(Heard(taken: false), 1, 4);

    [Fact]
    public void What_is_taken_is_heard_at_once() => Assert.Equal(Messages, Heard(taken: true));

    private static int Heard(bool taken)
    {
        var heard = 0;
        var address = $"gantry-test-{Guid.NewGuid():N}";
        using var loop = new EventLoop(TimeProvider.System, e => throw new InvalidOperationException("unforeseen", e));
        using var notify = NotifySocket.Listen("@" + address, loop, _ =>
        {
            heard++;
            return taken;
        });
        using var sender = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        for (var message = 0; message < Messages; message++)
        {
            sender.SendTo(Encoding.UTF8.GetBytes("READY=1"), new UnixDomainSocketEndPoint("\0" + address));
        }

        loop.After(Watched, loop.Stop);
        loop.Run();
        return heard;
    }
}
