using System.Collections.Immutable;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Supervisors;

/// <summary>What a supervisor is to run.</summary>
internal sealed record Service(string Name, Command Command)
{
    /// <summary>The port on which it listens itself; null where it does not listen.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// Whether it says by itself when it is ready, to whom it is told to say it: by sd_notify(3) to Gantry, by Node.js's
    /// channel to pm2. Nobody else can be told.
    /// </summary>
    public bool Announces { get; init; }
}

/// <summary>
/// A program that keeps others running from a daemon of its own: Gantry or a peer. Each measurement has its own, with
/// all its state in the workbench's folder.
/// </summary>
internal interface ISupervisor : IAsyncDisposable
{
    Contestant Who { get; }

    /// <summary>Starts its daemon and returns once that answers.</summary>
    Task StartAsync(CancellationToken ct);

    /// <summary>Writes its file for these services; nothing is started.</summary>
    Task<Setup> PrepareAsync(string name, ImmutableArray<Service> services, CancellationToken ct);

    /// <summary>The processes that stay for as long as something is kept: its daemon first, and last the parent of what it keeps.</summary>
    Task<ImmutableArray<Keeper>> KeepersAsync(CancellationToken ct);

    /// <summary>Where a service's standard output ends up; it need not be there yet.</summary>
    KeptOutput OutputOf(Setup setup, string service);
}

/// <summary>The commands for one set of services, each of which returns once it is done.</summary>
/// <param name="Folder">Where its files are.</param>
internal sealed record Setup(string Folder, Command Up, Command Down, Command Status);

/// <param name="Role">What it is: "daemon", "guardian".</param>
internal sealed record Keeper(string Role, int Pid);
