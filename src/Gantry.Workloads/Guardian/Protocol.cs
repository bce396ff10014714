using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Gantry.Workloads.Guardian;

/*
 * The guardian's protocol: frames on its Unix socket, each a length (4 bytes, little endian) and as many bytes of JSON.
 * The daemon sends requests, the guardian sends one reply to each, by id, and events in between. A connection whose
 * request is an ExecOrder carries ExecFrames from its reply on.
 */

internal static class GuardianProtocol
{
    /// <summary>Changed whenever the frames' meaning changes.</summary>
    public const int Version = 1;
}

/// <summary>What the daemon asks of the guardian.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "ask")]
[JsonDerivedType(typeof(HelloOrder), "hello")]
[JsonDerivedType(typeof(StartOrder), "start")]
[JsonDerivedType(typeof(StopOrder), "stop")]
[JsonDerivedType(typeof(ForgetOrder), "forget")]
[JsonDerivedType(typeof(ListOrder), "list")]
[JsonDerivedType(typeof(RemarkOrder), "remark")]
[JsonDerivedType(typeof(ExecOrder), "exec")]
internal abstract record GuardianOrder
{
    /// <summary>Chosen by the sender, repeated in the reply.</summary>
    public long Id { get; init; }
}

/// <summary>The first request of the daemon's own connection: from now on its death is the connection's end.</summary>
internal sealed record HelloOrder(int Protocol) : GuardianOrder;

/// <summary>Starts a process and keeps it.</summary>
internal sealed record StartOrder : GuardianOrder
{
    public required string Key { get; init; }

    public required Lifetime Lifetime { get; init; }

    /// <summary>Absolute path of the executable; the arguments' first is what the process sees as its name.</summary>
    public required string Path { get; init; }

    public required ImmutableArray<string> Arguments { get; init; }

    public required ImmutableDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>Whom it runs as; null for the guardian's own user.</summary>
    public RunAs? User { get; init; }

    public Limits Limits { get; init; } = Limits.None;

    /// <summary>The folder for its output; see <see cref="Logs.LogSegments"/>.</summary>
    public required string LogFolder { get; init; }

    public required LogRotation LogRotation { get; init; }

    /// <summary>Where to listen for its readiness; null where it is not asked for.</summary>
    public string? NotifySocket { get; init; }

    /// <summary>Kept for the daemon and handed back as it is: what the next one needs to adopt.</summary>
    public required string Tag { get; init; }
}

/// <param name="Named">Whether the host knows the user, and so further groups of its.</param>
internal sealed record RunAs(uint User, uint Group, bool Named);

/// <summary>Asks a process and its descendants to end, and after the grace makes them. The reply comes when all are gone.</summary>
internal sealed record StopOrder(string Key, int Signal, TimeSpan Grace) : GuardianOrder;

/// <summary>Drops the memory of a process that has ended.</summary>
internal sealed record ForgetOrder(string Key) : GuardianOrder;

/// <summary>Asks for all processes.</summary>
internal sealed record ListOrder : GuardianOrder;

/// <summary>Writes a line of Gantry's own into a process's log.</summary>
internal sealed record RemarkOrder(string Key, string Text) : GuardianOrder;

/// <summary>Runs a command where a process runs; the connection then carries its streams.</summary>
internal sealed record ExecOrder : GuardianOrder
{
    public required string Key { get; init; }

    public required string Path { get; init; }

    public required ImmutableArray<string> Arguments { get; init; }

    public required ImmutableDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    public RunAs? User { get; init; }

    public bool Terminal { get; init; }

    public int Rows { get; init; } = 24;

    public int Columns { get; init; } = 80;
}

/// <summary>How large a log may grow: a segment's bytes, and how many segments are kept.</summary>
public sealed record LogRotation(long SegmentBytes, int Segments)
{
    public static readonly LogRotation Default = new(10 << 20, 5);
}

/// <summary>What the guardian says.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(HelloReply), "hello")]
[JsonDerivedType(typeof(StartReply), "start")]
[JsonDerivedType(typeof(DoneReply), "done")]
[JsonDerivedType(typeof(ListReply), "list")]
[JsonDerivedType(typeof(ErrorReply), "error")]
[JsonDerivedType(typeof(ExitedEvent), "exited")]
[JsonDerivedType(typeof(NotifiedEvent), "notified")]
internal abstract record GuardianMessage
{
    /// <summary>The request's id; 0 for events.</summary>
    public long Id { get; init; }
}

/// <param name="Limits">Null for each limit that this host can enforce, else the reason why it cannot.</param>
internal sealed record HelloReply(int Protocol, int Pid, HostLimits Limits) : GuardianMessage;

internal sealed record StartReply(int Pid, ulong StartTime, DateTimeOffset StartedAt) : GuardianMessage;

internal sealed record DoneReply : GuardianMessage;

internal sealed record ListReply(ImmutableArray<GuardedState> Processes) : GuardianMessage;

/// <param name="Code">As <see cref="Fault.Code"/>.</param>
internal sealed record ErrorReply(string Code, string Message) : GuardianMessage;

/// <summary>The main process ended; its output is written.</summary>
/// <param name="Alone">Whether no descendant is left.</param>
internal sealed record ExitedEvent(string Key, ExitStatus Exit, bool Alone) : GuardianMessage;

/// <summary>The process said that it is ready.</summary>
internal sealed record NotifiedEvent(string Key) : GuardianMessage;

/// <summary>A process that the guardian keeps, running or ended.</summary>
internal sealed record GuardedState(string Key, Lifetime Lifetime, int Pid, ulong StartTime, DateTimeOffset StartedAt, ExitStatus? Exit, bool Alone, bool Notified, string Tag);

/// <summary>Why a limit cannot be enforced on this host; null where it can.</summary>
public sealed record HostLimits(string? Memory, string? Cpus, string? Pids);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(GuardianOrder))]
[JsonSerializable(typeof(GuardianMessage))]
internal sealed partial class GuardianJson : JsonSerializerContext;
