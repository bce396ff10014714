using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Gantry.Workloads.Logs;
using Xunit;

namespace Gantry.Tests.Workspaces;

/// <summary>What is asked in the query of a request.</summary>
public sealed class QueryTests
{
    [Theory]
    [InlineData("stdout", LogStream.Stdout)]
    [InlineData("stderr", LogStream.Stderr)]
    [InlineData("gantry", LogStream.Gantry)]
    public void A_stream_is_named_by_its_word(string text, LogStream stream) =>
        Assert.Equal(stream, new LogParameters { Stream = text }.ToQuery("w", []).Stream);

    [Theory]
    [InlineData("7")]
    [InlineData("1")]
    [InlineData("stdout,stderr")]
    [InlineData("stdin")]
    public void Another_stream_is_refused(string text) =>
        Assert.Equal("bad-request", Assert.Throws<WorkloadException>(() => new LogParameters { Stream = text }.ToQuery("w", [])).Fault.Code);

    [Theory]
    [InlineData(-1)]
    [InlineData(2_000_000_000)]
    public void Lines_that_nobody_can_hold_are_refused(int tail) =>
        Assert.Equal("bad-request", Assert.Throws<WorkloadException>(() => new LogParameters { Tail = tail }.ToQuery("w", [])).Fault.Code);

    [Theory]
    [InlineData(null, 86_400)]
    [InlineData("0.5", 0.5)]
    [InlineData("30", 30)]
    [InlineData("500ms", 0.5)]
    [InlineData("5m", 300)]
    [InlineData("1m30s", 90)]
    public void A_time_to_wait_is_written_like_any_other(string? text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), WaitEndpoint.ParseTimeout(text));

    [Theory]
    [InlineData("soon")]
    [InlineData("-1s")]
    [InlineData("25h")]
    public void What_is_no_time_is_refused(string text) => Assert.Throws<WorkloadException>(() => WaitEndpoint.ParseTimeout(text));
}
