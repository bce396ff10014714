using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>The names under which the edge answers for a workspace.</summary>
internal static class EdgeAddress
{
    /// <summary>Whether a workload answers HTTP at the edge at all: workers and tasks do not.</summary>
    public static bool IsServed(WorkloadSpec workload) => workload.Listens || workload.Runtime is SiteRuntime;

    /// <summary><c>&lt;service&gt;.&lt;domain&gt;</c>, in lower case as hosts are compared.</summary>
    public static string HostOf(WorkspaceSpec workspace, WorkloadSpec workload) => $"{workload.Name}.{workspace.Domain}".ToLowerInvariant();

    /// <summary>The address of a host at the edge; the port is left out where it is HTTP's own.</summary>
    public static string UrlOf(string host, int port) => port == 80 ? $"http://{host}/" : $"http://{host}:{port}/";
}
