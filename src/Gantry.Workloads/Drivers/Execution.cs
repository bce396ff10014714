using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Gantry.Workloads.Guardian;

namespace Gantry.Workloads.Drivers;

/// <summary>
/// A command that runs inside a workload, as frames in both directions (see <see cref="ExecFrames"/>). Disposing ends
/// the command if it still runs.
/// </summary>
public sealed class Execution(
    ChannelReader<ReadOnlyMemory<byte>> frames,
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send,
    Func<ValueTask> end) : IAsyncDisposable
{
    /// <summary>Ends after the frame with the exit status, or without one where the runtime was lost.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadFramesAsync(CancellationToken ct) => frames.ReadAllAsync(ct);

    /// <summary>Sends one frame of <see cref="ExecFrames.Stdin"/> or <see cref="ExecFrames.Resize"/>.</summary>
    public ValueTask SendFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken ct) => send(frame, ct);

    /// <summary>Lets the command run without input and returns its exit status and the last of what it wrote, stderr included.</summary>
    /// <param name="keep">How many characters are kept.</param>
    public async Task<(int Code, string Output)> RunToEndAsync(int keep, CancellationToken ct)
    {
        await send(new[] { ExecFrames.Stdin }, ct);
        var output = new StringBuilder();
        var (stdout, stderr) = (Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder());
        var code = ExitCodes.Lost;
        await foreach (var frame in ReadFramesAsync(ct))
        {
            if (frame.Span[0] == ExecFrames.Exit)
            {
                code = BinaryPrimitives.ReadInt32LittleEndian(frame.Span[1..]);
            }
            else
            {
                // A frame may end in the middle of a character, of which the next frame has the rest.
                var decoder = frame.Span[0] == ExecFrames.Stderr ? stderr : stdout;
                var characters = new char[Encoding.UTF8.GetMaxCharCount(frame.Length)];
                output.Append(characters, 0, decoder.GetChars(frame.Span[1..], characters, flush: false));
                output.Remove(0, Math.Max(0, output.Length - keep));
            }
        }

        return (code, output.ToString());
    }

    public ValueTask DisposeAsync() => end();

    private static class ExitCodes
    {
        /// <summary>Nobody can tell any more how it ended.</summary>
        public const int Lost = 255;
    }
}
