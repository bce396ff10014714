using System.Net;
using System.Net.Sockets;
using Gantry.Workloads.Native;
using Xunit;

namespace Gantry.Tests.Workloads.Native;

/// <summary>The kernel's listening sockets, asked for and read from its files.</summary>
public sealed class ListenTableTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    public void Both_ways_find_a_listener_and_tell_the_same_of_it(string address)
    {
        using var listener = Listen(address);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var asked = Assert.Single(SocketDiagnosis.ReadListeners()!, found => found.Port == port);
        Assert.Equal(IPAddress.Parse(address), asked.Address);
        Assert.Equal(Assert.Single(ListenTable.ReadFiles(), found => found.Port == port), asked);
        Assert.Equal(Environment.ProcessId, ListenTable.OwnerOf(asked.Inode, [Environment.ProcessId]));
    }

    [Fact]
    public void Many_listeners_are_all_found()
    {
        // More than one buffer of the kernel's answer holds.
        var listeners = Enumerable.Range(0, 600).Select(_ => Listen("127.0.0.1")).ToList();
        try
        {
            var found = SocketDiagnosis.ReadListeners()!.Select(listener => listener.Port).ToHashSet();
            Assert.All(listeners, listener => Assert.Contains(((IPEndPoint)listener.LocalEndPoint!).Port, found));
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    [Fact]
    public async Task Whose_it_is_is_found_while_descriptors_come_and_go()
    {
        var isOver = false;
        var coming = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    // Lower numbers than the listener's are among them: see below.
                    var files = Enumerable.Range(0, 40).Select(_ => File.OpenHandle("/dev/null")).ToList();
                    files.ForEach(file => file.Dispose());
                }
            },
            TestContext.Current.CancellationToken);
        var below = Enumerable.Range(0, 40).Select(_ => File.OpenHandle("/dev/null")).ToList();
        using var listener = Listen("127.0.0.1");
        below.ForEach(file => file.Dispose());
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var inode = Assert.Single(SocketDiagnosis.ReadListeners()!, found => found.Port == port).Inode;
        var owners = Enumerable.Range(0, 200).Select(_ => ListenTable.OwnerOf(inode, [Environment.ProcessId])).ToList();
        Volatile.Write(ref isOver, true);
        await coming;
        Assert.All(owners, owner => Assert.Equal(Environment.ProcessId, owner));
    }

    [Fact]
    public void What_is_connected_is_no_listener()
    {
        using var listener = Listen("127.0.0.1");
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        var port = ((IPEndPoint)client.LocalEndPoint!).Port;
        Assert.DoesNotContain(SocketDiagnosis.ReadListeners()!, found => found.Port == port);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-2, null)]
    public void The_end_of_an_answer_may_be_a_refusal(int error, bool? expected)
    {
        // struct nlmsghdr of NLMSG_DONE, and the dump's errno.
        var message = new byte[20];
        BitConverter.TryWriteBytes(message, message.Length);
        BitConverter.TryWriteBytes(message.AsSpan(4), (ushort)3);
        BitConverter.TryWriteBytes(message.AsSpan(16), error);
        Assert.Equal(expected, SocketDiagnosis.Take(message, []));
    }

    private static Socket Listen(string address)
    {
        var ip = IPAddress.Parse(address);
        var listener = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(ip, 0));
        listener.Listen();
        return listener;
    }
}
