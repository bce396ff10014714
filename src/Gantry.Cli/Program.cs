using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Gantry.Workloads.Guardian;

if (args is ["guardian", .. var guardianArgs])
{
    return GuardianProcess.Run(guardianArgs);
}

if (args is ["serve", ..])
{
    await DaemonHost.RunAsync(
        new DaemonOptions
        {
            Home = HomeFolder.Open(HomeFolder.Locate(Environment.GetEnvironmentVariable)),
            Api = Door("GANTRY_API", "127.0.0.1:4400"),
            Http = Door("GANTRY_HTTP", "127.0.0.1:8080"),
            GuardianCommand = [Environment.ProcessPath!, "guardian"],
        },
        CancellationToken.None);
    return 0;

    static DoorOptions Door(string name, string standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? new DoorOptions(value, true) : new DoorOptions(standard, false);
}

return 2;
