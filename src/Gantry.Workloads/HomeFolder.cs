using System.Text;
using Gantry.Workloads.Native;

namespace Gantry.Workloads;

/// <summary>
/// The places in <c>$GANTRY_HOME</c>, where all of Gantry's state lies. Two daemons with two homes live side by side
/// and never see each other's workspaces.
/// </summary>
public sealed class HomeFolder
{
    /// <summary>The longest path that fits a Unix socket's address on Linux (unix(7): 108 bytes with the final zero).</summary>
    public const int MaxSocketPath = 107;

    private const string IdFile = "id";
    private const int IdBytes = 8;

    private HomeFolder(string path, string id)
    {
        Path = path;
        Id = id;
    }

    /// <summary>Canonical and absolute.</summary>
    public string Path { get; }

    /// <summary>Random and permanent; part of every workspace's id and of every label and marker. Empty where the home is not made yet.</summary>
    public string Id { get; }

    /// <summary>Whether it is there; one that is only named has nothing in it.</summary>
    public bool IsMade => Id.Length > 0;

    public string Socket => In("gantry.sock");

    public string GuardianSocket => In("guardian.sock");

    public string DaemonLock => In("daemon.lock");

    public string GuardianLock => In("guardian.lock");

    public string DaemonLog => In("daemon.log");

    public string GuardianLog => In("guardian.log");

    public string ApiKey => In("api.key");

    public string Ports => In("ports.json");

    public string Workspaces => In("workspaces");

    /// <summary>What is kept of a workspace that is up.</summary>
    public string RecordOf(string workspace) => System.IO.Path.Combine(Workspaces, workspace + ".json");

    /// <summary>Whether a workspace is up, as far as the last daemon has written down.</summary>
    public bool HasRecord(string workspace) => File.Exists(RecordOf(workspace));

    public string Logs => In("logs");

    /// <summary>Sockets for readiness messages, one for each replica that has one.</summary>
    public string Notify => In("notify");

    /// <summary>The folder of one replica's output.</summary>
    public string LogsOf(InstanceId id) => System.IO.Path.Combine(Logs, id.Workspace, id.Workload, $"{id.Replica}");

    /// <summary>The socket that a replica reports its readiness to.</summary>
    public string NotifySocketOf(InstanceId id) => System.IO.Path.Combine(Notify, $"{id.Workspace}-{id.Workload}-{id.Replica}");

    /// <summary>Where the home is: <c>GANTRY_HOME</c>, else <c>$XDG_STATE_HOME/gantry</c>, else <c>~/.local/state/gantry</c>. Absolute.</summary>
    /// <exception cref="HomeException">None of these can be told.</exception>
    public static string Locate(Func<string, string?> environment)
    {
        if (environment("GANTRY_HOME") is { Length: > 0 } home)
        {
            return System.IO.Path.GetFullPath(home);
        }

        if (environment("XDG_STATE_HOME") is { Length: > 0 } state && System.IO.Path.IsPathRooted(state))
        {
            return System.IO.Path.Combine(state, "gantry");
        }

        // A folder that does not exist is named all the same: service users have such a one, and are told of it when it is opened.
        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return System.IO.Path.IsPathRooted(user)
            ? System.IO.Path.Combine(user, ".local", "state", "gantry")
            : throw new HomeException("this user has no home folder for Gantry's state to lie in") { Remedy = "set GANTRY_HOME to a folder that you can write" };
    }

    /// <summary>The home as it is, for whatever only looks: opened where it is one, else named and not made.</summary>
    /// <exception cref="HomeException">It is there and cannot be used, or cannot be looked into.</exception>
    public static HomeFolder Look(string path)
    {
        var canonical = CanonicalPath.Of(path);
        try
        {
            // Not File.Exists, which takes what may not be looked at for what is not there.
            return Fitting(new HomeFolder(canonical, ReadId(System.IO.Path.Combine(canonical, IdFile))));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileAt(canonical) is { } file ? throw Unusable(path, $"{file} is a file", e) : new HomeFolder(canonical, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, "it may not be looked into", e);
        }
    }

    /// <summary>Opens a home, making it (0700) where it is missing.</summary>
    /// <exception cref="HomeException">The folder cannot be made or written, its path is too long for a socket, or its id is damaged.</exception>
    public static HomeFolder Open(string path)
    {
        try
        {
            var folder = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(path)
                : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var canonical = CanonicalPath.Of(folder.FullName);
            var id = System.IO.Path.Combine(canonical, IdFile);
            if (!File.Exists(id))
            {
                AtomicFile.TryMake(id, Encoding.ASCII.GetBytes(RandomText.Hex(IdBytes)));
            }

            return Fitting(new HomeFolder(canonical, ReadId(id)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "the folder cannot be made" : e.Message.TrimEnd('.');
            throw Unusable(path, why, e);
        }
    }

    private static HomeException Unusable(string path, string why, Exception cause) =>
        new($"cannot use {path} as GANTRY_HOME: {why}", cause) { Remedy = "set GANTRY_HOME to a folder that you can write" };

    /// <summary>The file that stands where the path goes through a folder; null where none does.</summary>
    private static string? FileAt(string? path)
    {
        while (path is not null && !Directory.Exists(path))
        {
            if (File.Exists(path))
            {
                return path;
            }

            path = System.IO.Path.GetDirectoryName(path);
        }

        return null;
    }

    private static HomeFolder Fitting(HomeFolder home)
    {
        var length = Encoding.UTF8.GetByteCount(home.GuardianSocket);
        return length <= MaxSocketPath
            ? home
            : throw new HomeException($"GANTRY_HOME is too long for a Unix socket: {home.GuardianSocket} has {length} bytes of {MaxSocketPath}") { Remedy = "choose a shorter folder" };
    }

    private static string ReadId(string path)
    {
        // All that runs is known by it: with another one, or none, nobody would find it again.
        var id = File.ReadAllText(path).Trim();
        return id.Length == 2 * IdBytes && id.All(char.IsAsciiHexDigitLower)
            ? id
            : throw new HomeException($"{path} does not hold the home's id: {2 * IdBytes} hexadecimal digits are expected, found {(id.Length == 0 ? "nothing" : $"{id.Length} other characters")}")
            {
                Remedy = "put the file back as it was, or take another folder as GANTRY_HOME",
            };
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}

/// <summary>The home cannot be used; the message says why and what to do.</summary>
public sealed class HomeException : Exception
{
    public HomeException()
    {
    }

    public HomeException(string message)
        : base(message)
    {
    }

    public HomeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What to do about it.</summary>
    public string? Remedy { get; init; }
}
