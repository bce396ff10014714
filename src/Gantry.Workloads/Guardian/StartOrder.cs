using System.Collections.Immutable;
using Gantry.Workloads.Guardian.Wire;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>Starts a process and keeps it.</summary>
internal sealed record StartOrder : GuardianOrder
{
    public required string Key { get; init; }

    public required Lifetime Lifetime { get; init; }

    /// <summary>Absolute path of the executable; the arguments' first is what the process sees as its name.</summary>
    public required string Path { get; init; }

    public required ImmutableArray<string> Arguments { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>Whom it runs as; null for the guardian's own user.</summary>
    public RunAs? User { get; init; }

    public Limits Limits { get; init; } = Limits.None;

    /// <summary>How it is asked to end, and how long before it is made to, where no daemon is there to say so: as it was set when this run began.</summary>
    public int StopSignal { get; init; } = Signals.Terminate;

    /// <inheritdoc cref="StopSignal"/>
    public TimeSpan StopGrace { get; init; } = StopPolicy.Default.Grace;

    /// <summary>The folder for its output; see <see cref="LogSegments"/>.</summary>
    public required string LogFolder { get; init; }

    public required LogRotation LogRotation { get; init; }

    /// <summary>Where to listen for its readiness; null where it is not asked for.</summary>
    public string? NotifySocket { get; init; }

    /// <summary>Kept for the daemon and handed back as it is: what the next one needs to adopt.</summary>
    public required string Tag { get; init; }

    protected override Kinds Kind => Kinds.Start;

    public static StartOrder Read(Fields fields) => new()
    {
        Key = fields.Required(3),
        Lifetime = fields.Flag(4) ? Lifetime.Daemon : Lifetime.Workspace,
        Path = fields.Required(5),
        Arguments = [.. fields.Texts(6)],
        Environment = GuardianProtocol.ReadEnvironment(fields, 7),
        WorkingDirectory = fields.Required(8),
        User = RunAs.Read(fields.Message(9)),
        LogFolder = fields.Required(10),
        LogRotation = new LogRotation(fields.Number(11, LogRotation.Default.SegmentBytes), (int)fields.Number(12, LogRotation.Default.Segments)),
        NotifySocket = fields.Text(13),
        Tag = fields.Required(14),
        Limits = new Limits { Memory = fields.Number(15), Cpus = fields.Real(16), Pids = (int?)fields.Number(17), OpenFiles = (int?)fields.Number(18) },
        StopSignal = (int)fields.Number(19, Signals.Terminate),
        StopGrace = TimeSpan.FromTicks(fields.Number(20, StopPolicy.Default.Grace.Ticks)),
    };

    protected override void Write(FieldWriter fields)
    {
        fields.Text(3, Key);
        fields.Flag(4, Lifetime == Lifetime.Daemon);
        fields.Text(5, Path);
        fields.Texts(6, Arguments);
        GuardianProtocol.WriteEnvironment(fields, 7, Environment);
        fields.Text(8, WorkingDirectory);
        RunAs.Write(fields, 9, User);
        fields.Text(10, LogFolder);
        fields.Number(11, LogRotation.SegmentBytes);
        fields.Number(12, LogRotation.Segments);
        fields.Text(13, NotifySocket);
        fields.Text(14, Tag);
        fields.Number(15, Limits.Memory);
        fields.Real(16, Limits.Cpus);
        fields.Number(17, Limits.Pids);
        fields.Number(18, Limits.OpenFiles);
        fields.Number(19, StopSignal);
        fields.Number(20, StopGrace.Ticks);
    }
}
