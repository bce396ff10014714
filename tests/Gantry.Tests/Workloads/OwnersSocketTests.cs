using System.Net.Sockets;
using System.Runtime.Versioning;
using Gantry.Workloads.Native;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class OwnersSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gs").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Its_file_is_the_owners_alone_as_soon_as_it_is_there()
    {
        var path = Path.Combine(_folder, "socket");
        using var socket = OwnersSocket.Create();
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task It_takes_connections()
    {
        var path = Path.Combine(_folder, "socket");
        using var listener = OwnersSocket.Bind(path);
        listener.Listen();
        using var caller = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await caller.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        Assert.True(caller.Connected);
    }
}
