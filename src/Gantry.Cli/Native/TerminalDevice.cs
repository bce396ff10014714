namespace Gantry.Cli.Native;

/// <summary>What is known of the terminal behind a descriptor, without the framework's console.</summary>
internal static unsafe class TerminalDevice
{
    public const int Stdin = 0, Stdout = 1, Stderr = 2;

    public static bool IsTerminal(int descriptor) => OperatingSystem.IsWindows()
        ? descriptor switch { Stdin => !Console.IsInputRedirected, Stdout => !Console.IsOutputRedirected, _ => !Console.IsErrorRedirected }
        : Libc.IsTerminal(descriptor) == 1;

    /// <summary>Rows and columns; null where there is no terminal or it does not say.</summary>
    public static (int Rows, int Columns)? SizeOf(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Libc.WindowSize size;
        return Libc.IoctlWindow(descriptor, Libc.TIOCGWINSZ, &size) == 0 && size.Columns > 0 ? (size.Rows, size.Columns) : null;
    }
}

/// <summary>A terminal that hands on every key as it is typed, until disposed of.</summary>
internal sealed unsafe class RawTerminal : IDisposable
{
    private readonly int _descriptor;
    private readonly byte[] _saved;

    private RawTerminal(int descriptor, byte[] saved)
    {
        _descriptor = descriptor;
        _saved = saved;
    }

    /// <summary>Makes the terminal raw; null where the descriptor is none.</summary>
    public static RawTerminal? Enter(int descriptor)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var saved = new byte[Libc.TermiosSize];
        var raw = stackalloc byte[Libc.TermiosSize];
        fixed (byte* start = saved)
        {
            if (Libc.GetTerminalAttributes(descriptor, start) != 0)
            {
                return null;
            }
        }

        saved.CopyTo(new Span<byte>(raw, Libc.TermiosSize));
        Libc.MakeRaw(raw);
        _ = Libc.SetTerminalAttributes(descriptor, Libc.TCSADRAIN, raw);
        return new RawTerminal(descriptor, saved);
    }

    public void Dispose()
    {
        fixed (byte* start = _saved)
        {
            _ = Libc.SetTerminalAttributes(_descriptor, Libc.TCSADRAIN, start);
        }
    }
}
