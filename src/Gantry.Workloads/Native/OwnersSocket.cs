using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Workloads.Native;

/// <summary>A Unix socket that from its first moment only its owner can connect to.</summary>
internal static class OwnersSocket
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Bound to a path where nothing is, and not listening yet.</summary>
    public static Socket Bind(string path)
    {
        var socket = Create();
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, Mode);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>On Linux the file that bind(2) makes has the mode of the socket itself, less the umask.</summary>
    internal static Socket Create()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (OperatingSystem.IsLinux())
        {
            using var handle = new SafeFileHandle(socket.Handle, ownsHandle: false);
            File.SetUnixFileMode(handle, Mode);
        }

        return socket;
    }
}
