using System.Text;
using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Hosting;

/// <summary>The home's first key, which opens the API to whoever shows it.</summary>
internal static partial class ApiKey
{
    private const int OwnBytes = 32;

    /// <summary>A key of fewer characters could be guessed: so many hold 128 bits even in hexadecimal.</summary>
    private const int Shortest = 32;

    /// <summary>
    /// The key in the home's file, which may be of the owner's choice and is closed to everybody else. Where there is none,
    /// or what is there is no key (empty, short, or with characters that a header cannot carry), a new one is made: nobody
    /// who empties the file wants the door to be open.
    /// </summary>
    public static byte[] Of(HomeFolder home, ILogger logger)
    {
        if (!File.Exists(home.ApiKey))
        {
            return Make(home);
        }

        var found = File.ReadAllText(home.ApiKey).Trim();
        if (found.Length < Shortest || !found.All(character => character is > ' ' and <= '~'))
        {
            Log.Replaced(logger, home.ApiKey, Shortest);
            return Make(home);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(home.ApiKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return Encoding.ASCII.GetBytes(found);
    }

    private static byte[] Make(HomeFolder home)
    {
        var key = Encoding.ASCII.GetBytes(RandomText.Hex(OwnBytes));
        AtomicFile.Write(home.ApiKey, key);
        return key;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{File} held no key, which is at least {Shortest} characters of ASCII without blanks: a new one is in it")]
        public static partial void Replaced(ILogger logger, string file, int shortest);
    }
}
