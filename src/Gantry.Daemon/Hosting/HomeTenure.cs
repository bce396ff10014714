using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Hosting;

/// <summary>How a daemon stands with its home.</summary>
internal enum Tenure
{
    /// <summary>Commands find this daemon, or will, and no other takes its place.</summary>
    Found,

    /// <summary>The home is there, and nobody finds this daemon in it.</summary>
    Unfound,

    /// <summary>The home is gone, or another one is in its place.</summary>
    Gone,

    /// <summary>It cannot be told just now.</summary>
    Unknown,
}

/// <summary>A daemon's hold on its home: the lock that keeps others out, and the socket by which it is found.</summary>
internal sealed class HomeTenure(HomeFolder home, AdvisoryLock only)
{
    private volatile bool _hasOpened;

    public HomeFolder Home => home;

    /// <summary>Whether the home has this daemon's lock; without it another daemon may be there.</summary>
    public bool HasLock => only.IsAt(home.DaemonLock);

    public Tenure Look()
    {
        if (HasLock && !(_hasOpened && IsMissing(home.Socket)))
        {
            return Tenure.Found;
        }

        try
        {
            return HomeFolder.Look(home.Path).Id == home.Id ? Tenure.Unfound : Tenure.Gone;
        }
        catch (HomeException)
        {
            return Tenure.Unknown;
        }
    }

    /// <summary>All doors are open: from here on the socket is there, or somebody has removed it.</summary>
    public void NoteOpened() => _hasOpened = true;

    /// <summary>Not the opposite of File.Exists, which takes what may not be looked at for what is not there.</summary>
    private static bool IsMissing(string file)
    {
        try
        {
            _ = File.GetAttributes(file);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
