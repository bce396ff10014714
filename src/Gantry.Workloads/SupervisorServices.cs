using Gantry.Workloads.Drivers;
using Gantry.Workloads.Logs;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads;

/// <summary>What all supervisors share.</summary>
/// <param name="Drivers">By runtime; a runtime that is missing here cannot be run on this host.</param>
/// <param name="OwnerOf">Whose address a port is, by the specs of what is up here: null for nobody's.</param>
internal sealed record SupervisorServices(
    IReadOnlyDictionary<RuntimeKind, IRuntimeDriver> Drivers,
    WorkloadBoard Board,
    LogStore Logs,
    TimeProvider Time,
    ILogger Logger,
    Func<int, (string Service, string Workspace, string Path)?> OwnerOf);
