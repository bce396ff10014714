using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Hosting;

/// <summary>A daemon's hold on its home: the lock that keeps others out, and the socket by which it is found.</summary>
internal sealed class HomeTenure(HomeFolder home, AdvisoryLock only)
{
    /// <summary>Whether the socket has been there, which it is once all doors are open.</summary>
    private bool _hasOpened;

    public HomeFolder Home => home;

    /// <summary>Whether the home has this daemon's lock; without it another daemon may be there.</summary>
    public bool HasLock => only.IsAt(home.DaemonLock);

    /// <summary>Whether the home itself is still the one that this daemon took over.</summary>
    public bool HasHome
    {
        get
        {
            try
            {
                return HomeFolder.Look(home.Path).Id == home.Id;
            }
            catch (HomeException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether commands find this daemon, and no other takes its place.</summary>
    public bool IsFound()
    {
        var isOpen = File.Exists(home.Socket);
        _hasOpened |= isOpen;
        return HasLock && (isOpen || !_hasOpened);
    }
}
