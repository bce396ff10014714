using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gantry.Cli.Connection;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class HttpResponseDecoderTests
{
    private const string Sized = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 11\r\n\r\nhello world";

    private const string Chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;note=x\r\n \r\nA\r\nworld you!\r\n0\r\nTrailer: x\r\n\r\n";

    [Theory]
    [InlineData(Sized, 200, "hello world")]
    [InlineData(Chunked, 200, "hello world you!")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-length:  3 \r\n\r\nno!", 404, "no!")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok")]
    public void An_answer_is_read_whatever_pieces_it_comes_in(string response, int status, string body)
    {
        var bytes = Encoding.ASCII.GetBytes(response);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var (decoder, read) = Decode(bytes.Chunk(size));
            Assert.True(decoder.IsComplete);
            Assert.Equal(status, decoder.Status);
            Assert.Equal(body, read);
        }
    }

    [Fact]
    public void Any_body_in_any_chunks_and_any_pieces_is_read_back()
    {
        var cases = from chunks in Gen.NonEmptyListOf(Gen.NonEmptyListOf(ArbMap.Default.GeneratorFor<byte>()))
                    from pieces in Gen.NonEmptyListOf(Gen.Choose(1, 40))
                    select (Chunks: chunks, Pieces: pieces);
        Prop.ForAll(Arb.From(cases), sample =>
        {
            var wire = new List<byte>(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
            foreach (var chunk in sample.Chunks)
            {
                wire.AddRange([.. Encoding.ASCII.GetBytes($"{chunk.Count:x}\r\n"), .. chunk, .. "\r\n"u8]);
            }

            wire.AddRange("0\r\n\r\n"u8);
            var body = new ArrayBufferWriter<byte>();
            var decoder = new HttpResponseDecoder();
            var rest = wire.ToArray().AsSpan();
            for (var i = 0; !rest.IsEmpty; i++)
            {
                var piece = rest[..Math.Min(rest.Length, sample.Pieces[i % sample.Pieces.Count])];
                Assert.Equal(piece.Length, decoder.Feed(piece, body));
                rest = rest[piece.Length..];
            }

            return decoder.IsComplete && body.WrittenSpan.SequenceEqual(sample.Chunks.SelectMany(chunk => chunk).ToArray());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Without_a_length_the_end_of_the_connection_is_the_end()
    {
        var (decoder, read) = Decode([Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n\r\nall of it")]);
        Assert.False(decoder.IsComplete);
        decoder.End();
        Assert.True(decoder.IsComplete);
        Assert.Equal("all of it", read);
    }

    [Fact]
    public void What_follows_a_switch_of_protocols_is_left_alone()
    {
        var decoder = new HttpResponseDecoder();
        var body = new ArrayBufferWriter<byte>();
        var head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
        var taken = decoder.Feed(Encoding.ASCII.GetBytes(head + "frame"), body);
        Assert.True(decoder.IsComplete);
        Assert.Equal(head.Length, taken);
        Assert.Equal(0, body.WrittenCount);
    }

    [Fact]
    public void The_head_is_known_before_the_body_comes()
    {
        var (decoder, _) = Decode([Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")]);
        Assert.True(decoder.HasHead);
        Assert.False(decoder.IsComplete);
        Assert.Equal(200, decoder.Status);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")]
    [InlineData("HTTP/1.1 200 OK\r\nContent")]
    [InlineData("")]
    public void An_answer_that_is_cut_off_is_not_taken_for_a_whole_one(string response)
    {
        var (decoder, _) = Decode([Encoding.ASCII.GetBytes(response)]);
        Assert.Throws<DaemonProtocolException>(decoder.End);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: nameless\r\n\r\n")]
    public void What_is_no_answer_is_refused(string response) =>
        Assert.Throws<DaemonProtocolException>(() => Decode([Encoding.ASCII.GetBytes(response)]));

    [Fact]
    public void A_line_without_end_is_refused_and_not_kept()
    {
        var endless = Enumerable.Repeat(Encoding.ASCII.GetBytes(new string('x', 1000)), 100);
        Assert.Throws<DaemonProtocolException>(() => Decode(endless));
    }

    private static (HttpResponseDecoder Decoder, string Body) Decode(IEnumerable<byte[]> pieces)
    {
        var decoder = new HttpResponseDecoder();
        var body = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            _ = decoder.Feed(piece, body);
        }

        return (decoder, Encoding.ASCII.GetString(body.WrittenSpan));
    }
}
