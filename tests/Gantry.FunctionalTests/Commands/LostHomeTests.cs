using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Commands;

/// <summary>A daemon from under which its files are taken, as a cleaner of temporary folders or a person does.</summary>
public sealed class LostHomeTests : GantryTest
{
    private const string Shop = "[services.w]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    [Theory]
    [InlineData("gantry.sock")]
    [InlineData("daemon.lock")]
    public async Task The_next_command_goes_on_where_a_file_was_removed(string file)
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        var (daemon, before) = (await Home.Processes.DaemonAsync(Ct), await shop.ServiceAsync("w", Ct));
        Assert.True(File.Exists(Home.File(file)), file);
        File.Delete(Home.File(file));
        await Eventually.IsTrueAsync(() => !daemon.IsAlive(), "the daemon that cannot be reached has left", Ct);
        var after = await shop.StatusAsync(Ct);
        if (after.Services.Count == 0 || after["w"].Replicas[0].Pid is null)
        {
            // A command that only looks starts no daemon.
            await shop.UpAsync(Ct);
            after = await shop.StatusAsync(Ct);
        }

        Assert.Equal(before.Pid, after["w"].Pid);
        await shop.DownAsync(Ct);
    }

    [Fact]
    public async Task Everything_ends_where_the_whole_home_was_removed()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        var (daemon, guardian) = (await Home.Processes.DaemonAsync(Ct), await Home.Processes.GuardianAsync(Ct));
        var worker = HostProcess.Find((await shop.ServiceAsync("w", Ct)).Pid)!;
        Directory.Delete(Home.Path, recursive: true);
        await Eventually.IsTrueAsync(() => !worker.IsAlive() && !daemon.IsAlive() && !guardian.IsAlive(), "nothing is left of it", Ct);
        Assert.False(Directory.Exists(Home.Path), "and the home does not come back");
    }

    /// <summary>As a share does that is away for a moment, or a folder whose rights somebody changes and changes back.</summary>
    [Theory]
    [InlineData(false, 500)]
    [InlineData(true, 5000)]
    public async Task Nothing_ends_where_the_home_only_cannot_be_looked_into(bool isThere, int milliseconds)
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        var (daemon, before) = (await Home.Processes.DaemonAsync(Ct), await shop.ServiceAsync("w", Ct));
        var away = Home.Path + ".away";
        Directory.Move(Home.Path, away);
        if (isThere)
        {
            // Root may look into any folder, but not through a link to itself.
            File.CreateSymbolicLink(Home.Path, Home.Path);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, Ct);
        File.Delete(Home.Path);
        Directory.Move(away, Home.Path);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Ct);
        Assert.True(daemon.IsAlive());
        Assert.Equal(before.Pid, (await shop.ServiceAsync("w", Ct)).Pid);
    }

    [Fact]
    public async Task A_user_without_a_home_folder_is_told_to_name_one()
    {
        Home.Environment["GANTRY_HOME"] = null;
        Home.Environment["XDG_STATE_HOME"] = null;
        var shop = await Home.LiveAsync(Shop, Ct);

        // Root may make any folder, but none within a file.
        Home.Environment["HOME"] = Path.Combine(shop.Folder, "gantry.toml", "nonexistent");
        var refused = await shop.RunAsync(Ct, "up");
        refused.ShouldExit(2);
        Assert.Contains("set GANTRY_HOME to a folder that you can write", refused.Stderr, StringComparison.Ordinal);
        Assert.Equal(["gantry.toml"], Directory.EnumerateFileSystemEntries(shop.Folder).Select(Path.GetFileName));
    }
}
