using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Logs;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gantry.Tests.Workloads;

/// <summary>An address in front whose port somebody else has: who that is, and that the port is free, is told whenever it changes.</summary>
public sealed class FrontTests : IAsyncDisposable
{
    private readonly Channel<Fault?> _told = Channel.CreateUnbounded<Fault?>();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("g-");
    private readonly WorkloadBoard _board = new(TimeProvider.System);
    private readonly Front _front;
    private (string Service, string Workspace, string Path)? _owner = ("web", "shop", "/shop");

    public FrontTests()
    {
        var services = new SupervisorServices(new Dictionary<RuntimeKind, IRuntimeDriver>(), _board, new LogStore(HomeFolder.Open(_folder.FullName), TimeProvider.System), TimeProvider.System, NullLogger.Instance, _ => _owner);
        _front = new Front(() => null, services, (fault, ct) => _told.Writer.WriteAsync(fault, ct).AsTask());
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Who_has_the_port_is_told_as_it_is_now()
    {
        using var stranger = Listen(out var port);
        await _front.OpenAsync(port, Ct);
        Assert.Contains("the address of web of shop", _front.Fault!.Message, StringComparison.Ordinal);
        _owner = ("api", "bank", "/bank");
        Assert.Contains("the address of api of bank", (await _told.Reader.ReadAsync(Ct))!.Message, StringComparison.Ordinal);
        Assert.Contains("the address of api of bank", _front.Fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_it_is_open_is_told_once_whoever_opens_it()
    {
        int port;
        using (Listen(out port))
        {
            await _front.OpenAsync(port, Ct);
            Assert.NotNull(_front.Fault);
        }

        // Asked for again before it looks by itself.
        await _front.OpenAsync(port, Ct);
        await _front.OpenAsync(port, Ct);
        Assert.Equal((port, null), (_front.OpenPort, _front.Fault));
        Assert.True(_told.Reader.TryRead(out var fault));
        Assert.Null(fault);
        Assert.False(_told.Reader.TryRead(out _));
    }

    [Fact]
    public async Task It_goes_on_trying_where_it_stays_wished_for()
    {
        int port;
        using (Listen(out port))
        {
            await _front.OpenAsync(port, Ct);
            await _front.VacateAsync(port);
            Assert.NotNull(_front.Fault);
        }

        Assert.Null(await _told.Reader.ReadAsync(Ct));
        Assert.Equal(port, _front.OpenPort);
    }

    [Fact]
    public async Task What_wishes_for_none_any_more_is_not_kept_from_starting()
    {
        using var stranger = Listen(out var port);
        await _front.OpenAsync(port, Ct);
        await _front.OpenAsync(null, Ct);
        Assert.Null(_front.Fault);
        Assert.True(_told.Reader.TryRead(out var fault));
        Assert.Null(fault);
    }

    private static Socket Listen(out int port)
    {
        var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        stranger.Listen();
        port = ((IPEndPoint)stranger.LocalEndPoint!).Port;
        return stranger;
    }
}
