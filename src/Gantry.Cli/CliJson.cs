using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli;

/// <summary>What <c>up</c>, <c>start</c> and <c>restart</c> print as JSON.</summary>
/// <param name="Workspace">The state in the end.</param>
/// <param name="Ready">Whether all that was asked for is ready.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Plan">What was done, and why.</param>
/// <param name="Failed">What did not become ready, and why.</param>
/// <param name="Changes">What changed about the workspace itself, in words.</param>
internal sealed record UpReport(
    WorkspaceStatus Workspace, bool Ready, double Seconds, ImmutableArray<PlanStep> Plan, ImmutableArray<WhyReport> Failed, ImmutableArray<Diagnostic> Warnings, ImmutableArray<string> Changes);

/// <summary>What <c>up --dry-run</c> prints as JSON.</summary>
/// <param name="Changes">What would change about the workspace itself, in words.</param>
internal sealed record PlanReport(string Workspace, string Path, ImmutableArray<PlanStep> Plan, ImmutableArray<Diagnostic> Warnings, ImmutableArray<string> Changes);

/// <summary>What <c>down</c> prints as JSON, for each workspace.</summary>
/// <param name="WasUp">Whether there was anything to take down.</param>
internal sealed record DownReport(string Workspace, string Path, bool WasUp);

/// <summary>What <c>wait</c> prints as JSON, for each service.</summary>
internal sealed record WaitReport(string Service, bool Satisfied, bool TimedOut, string Reason, int? Exit);

/// <summary>What <c>daemon start|stop|restart|status</c> print as JSON.</summary>
internal sealed record DaemonReport(bool Running, string Home, int? Pid, string? Version, DateTimeOffset? StartedAt);

/// <summary>What <c>daemon logs</c> prints as JSON, for each line.</summary>
internal sealed record DaemonLogLine(string Text);

/// <summary>What <c>version</c> prints as JSON.</summary>
/// <param name="Daemon">The version of the daemon that runs; null where none does.</param>
internal sealed record VersionReport(string Version, string Runtime, string? Daemon);

/// <summary>What <c>open</c> prints as JSON.</summary>
/// <param name="Opened">Whether a browser was started, and did not fail at once.</param>
internal sealed record OpenReport(string Service, string Url, bool Opened);

/// <summary>What <c>config validate</c> prints as JSON.</summary>
internal sealed record ValidateReport(bool Valid, string Path, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>The JSON of what only the command line says; what the daemon says is in <see cref="DaemonJson"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(UpReport))]
[JsonSerializable(typeof(PlanReport))]
[JsonSerializable(typeof(ImmutableArray<DownReport>))]
[JsonSerializable(typeof(ImmutableArray<WaitReport>))]
[JsonSerializable(typeof(ImmutableArray<ServiceStatus>))]
[JsonSerializable(typeof(DaemonReport))]
[JsonSerializable(typeof(DaemonLogLine))]
[JsonSerializable(typeof(VersionReport))]
[JsonSerializable(typeof(OpenReport))]
[JsonSerializable(typeof(ValidateReport))]
internal sealed partial class CliJson : JsonSerializerContext;
