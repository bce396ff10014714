using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>Registers the slice.</summary>
internal static class WorkspacesSlice
{
    /// <param name="edgePort">See <see cref="StatusView"/>.</param>
    public static IServiceCollection AddWorkspaces(this IServiceCollection services, Func<IServiceProvider, Func<WorkspaceSpec, string, int?>> edgePort) => services
        .AddSingleton(provider => new StatusView(provider.GetRequiredService<WorkloadManager>(), edgePort(provider)))
        .AddSingleton<WorkspaceFinder>()
        .AddSingleton<IWorkspaceDoubts, MovedFolders>()
        .AddSingleton<Applier>()
        .AddSingleton<WhyExplainer>();
}
