using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>Control groups that are not as they should be, or whose home is not.</summary>
public sealed class ControlGroupTests : GantryTest
{
    private const string Sleeper =
        """
        [services.s]
        type    = "worker"
        command = ["sleep", "3600"]

        """;

    /// <summary>
    /// Where version 2 is all there is and the kernel passes no controller on, as in a container with a shell. This host's
    /// own tree of version 2 is told to have controllers, which the kernel then refuses.
    /// </summary>
    [Fact]
    public async Task What_needs_no_limit_starts_where_no_controller_is_passed_on_and_a_limit_is_a_fault_of_the_configuration()
    {
        Needs.ControlGroups();
        Needs.Tool("unshare");
        const string unified = "/sys/fs/cgroup/unified";
        Assert.SkipUnless(File.Exists($"{unified}/cgroup.controllers"), "only a host with both versions can be made to refuse");
        var workspace = await Home.LiveAsync(Sleeper, Ct);
        var pretended = System.IO.Path.Combine(Home.Beside("pretended"), "controllers");
        await File.WriteAllTextAsync(pretended, "cpu memory pids\n", Ct);
        var command = new Command("unshare", "-m", "sh", "-c", "umount -a -t cgroup && mount --bind \"$0\" \"$1\" && shift && exec \"$@\"", pretended, $"{unified}/cgroup.controllers", await Programs.GantryAsync(), "up")
        {
            Environment = Home.Environment,
            WorkingDirectory = workspace.Folder,
        };
        (await command.RunAsync(Ct)).ShouldExit(0);
        var service = Assert.Single(await Home.Processes.WorkloadsAsync());
        Assert.Contains("/gantry-", await File.ReadAllTextAsync($"/proc/{service.Pid}/cgroup", Ct), StringComparison.Ordinal);
        var doctor = (await Home.Cli.RunAsync(["doctor"], Ct)).Stdout;
        Assert.Contains("memory, cpus, pids cannot be limited: the kernel refused it", doctor, StringComparison.Ordinal);

        await workspace.Files.WriteAsync("gantry.toml", Sleeper + "limits  = { memory = \"64MiB\" }\n", Ct);
        var up = (await workspace.RunAsync(Ct, "up")).ShouldExit(2);
        Assert.Contains("limits.memory cannot be enforced here: the kernel refused it", up.Stderr, StringComparison.Ordinal);
        Assert.Equal(service.Pid, Assert.Single(await Home.Processes.WorkloadsAsync()).Pid);
    }

    [Fact]
    public async Task A_home_that_is_deleted_as_soon_as_its_daemon_has_left_leaves_no_group()
    {
        Needs.ControlGroups();
        var workspace = await Home.LiveAsync(Sleeper, Ct);
        await workspace.UpAsync(Ct);
        Assert.NotEmpty(Home.Survivors.ControlGroups());
        await workspace.DownAsync(Ct);
        await Home.Cli.RunAsync(["daemon", "stop"], Ct);
        var id = (await File.ReadAllTextAsync(Home.File("id"), Ct)).Trim();
        Directory.Delete(Home.Path, recursive: true);
        await HomeProcesses.GoneAsync([.. Home.Survivors.Processes()], Eventually.Deadline, Ct);
        Assert.Empty(Survivors.ControlGroups(id));
    }
}
