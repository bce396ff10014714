using System.Text;
using System.Threading.Channels;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;
using Xunit;

namespace Gantry.Tests.Workloads.Drivers;

public sealed class ExecutionTests
{
    [Fact]
    public async Task A_character_that_lies_in_two_frames_is_one_whatever_comes_between_them()
    {
        var text = Encoding.UTF8.GetBytes("größer");
        var frames = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        frames.Writer.TryWrite(new byte[] { ExecFrames.Stdout }.Concat(text[..3]).ToArray());
        frames.Writer.TryWrite(new byte[] { ExecFrames.Stderr }.Concat("-"u8.ToArray()).ToArray());
        frames.Writer.TryWrite(new byte[] { ExecFrames.Stdout }.Concat(text[3..]).ToArray());
        frames.Writer.TryWrite(ExecFrames.ExitFrame(3));
        frames.Writer.Complete();
        await using var execution = new Execution(frames.Reader, (_, _) => ValueTask.CompletedTask, () => ValueTask.CompletedTask);
        Assert.Equal((3, "gr-ößer"), await execution.RunToEndAsync(100, TestContext.Current.CancellationToken));
    }
}
