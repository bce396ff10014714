using Gantry.Daemon.Edge;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>Registers the slice.</summary>
internal static class WorkspacesSlice
{
    public static IServiceCollection AddWorkspaces(this IServiceCollection services, Doors doors) => services
        .AddSingleton(provider => new StatusView(provider.GetRequiredService<WorkloadManager>(), provider.GetRequiredService<EdgeState>(), () => doors.EdgePort))
        .AddSingleton<WorkspaceFinder>()
        .AddSingleton<Surroundings>()
        .AddSingleton<Applier>()
        .AddSingleton<WhyExplainer>();
}
