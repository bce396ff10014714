using System.Collections.Immutable;
using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>What the guardian says: replies to orders, and events.</summary>
internal abstract record GuardianMessage : GuardianFrame
{
    protected enum Kinds
    {
        Hello = 1,
        Start = 2,
        Done = 3,
        List = 4,
        Error = 5,
        Exited = 6,
        Notified = 7,
    }

    protected abstract Kinds Kind { get; }

    protected sealed override int Number => (int)Kind;

    /// <summary>Null for a message of a newer guardian that this version does not know.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a message.</exception>
    public static GuardianMessage? Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new Fields(bytes);
        GuardianMessage? message = (Kinds)fields.Number(GuardianProtocol.Kind, 0) switch
        {
            Kinds.Hello => new HelloReply((int)fields.Number(3, 0), (int)fields.Number(4, 0), fields.Message(5) is { } limits ? HostLimits.Read(limits) : new HostLimits(null, null, null)),
            Kinds.Start => new StartReply((int)fields.Number(3, 0), (ulong)fields.Number(4, 0), new DateTimeOffset(fields.Number(5, 0), TimeSpan.Zero)),
            Kinds.Done => new DoneReply(),
            Kinds.List => new ListReply([.. fields.Messages(3).Select(GuardedState.Read)]),
            Kinds.Error => new ErrorReply(fields.Required(3), fields.Required(4)),
            Kinds.Exited => new ExitedEvent(fields.Required(3), ExitFields.Read(fields.Message(4)) ?? ExitStatus.WasLost),
            Kinds.Notified => new NotifiedEvent(fields.Required(3)),
            _ => null,
        };
        return message is null ? null : message with { Id = fields.Number(GuardianProtocol.Id, 0) };
    }
}

internal sealed record HelloReply(int Protocol, int Pid, HostLimits Limits) : GuardianMessage
{
    protected override Kinds Kind => Kinds.Hello;

    protected override void Write(FieldWriter fields)
    {
        fields.Number(3, Protocol);
        fields.Number(4, Pid);
        fields.Message(5, Limits.Write);
    }
}

internal sealed record StartReply(int Pid, ulong StartTime, DateTimeOffset StartedAt) : GuardianMessage
{
    protected override Kinds Kind => Kinds.Start;

    protected override void Write(FieldWriter fields)
    {
        fields.Number(3, Pid);
        fields.Number(4, (long)StartTime);
        fields.Number(5, StartedAt.UtcTicks);
    }
}

internal sealed record DoneReply : GuardianMessage
{
    protected override Kinds Kind => Kinds.Done;
}

internal sealed record ListReply(ImmutableArray<GuardedState> Processes) : GuardianMessage
{
    protected override Kinds Kind => Kinds.List;

    protected override void Write(FieldWriter fields)
    {
        foreach (var process in Processes)
        {
            fields.Message(3, process.Write);
        }
    }
}

/// <param name="Code">As <see cref="Fault.Code"/>.</param>
internal sealed record ErrorReply(string Code, string Message) : GuardianMessage
{
    protected override Kinds Kind => Kinds.Error;

    protected override void Write(FieldWriter fields)
    {
        fields.Text(3, Code);
        fields.Text(4, Message);
    }
}

/// <summary>The main process ended; its output is written.</summary>
internal sealed record ExitedEvent(string Key, ExitStatus Exit) : GuardianMessage
{
    protected override Kinds Kind => Kinds.Exited;

    protected override void Write(FieldWriter fields)
    {
        fields.Text(3, Key);
        ExitFields.Write(fields, 4, Exit);
    }
}

/// <summary>The process said that it is ready.</summary>
internal sealed record NotifiedEvent(string Key) : GuardianMessage
{
    protected override Kinds Kind => Kinds.Notified;

    protected override void Write(FieldWriter fields) => fields.Text(3, Key);
}
