using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>What the daemon asks of the guardian.</summary>
internal abstract record GuardianOrder : GuardianFrame
{
    protected enum Kinds
    {
        Unknown = 0,
        Hello = 1,
        Start = 2,
        Stop = 3,
        Forget = 4,
        List = 5,
        Remark = 6,
        Exec = 7,
    }

    protected abstract Kinds Kind { get; }

    protected sealed override int Number => (int)Kind;

    /// <exception cref="InvalidDataException">The bytes are not an order.</exception>
    public static GuardianOrder Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new Fields(bytes);
        GuardianOrder order = (Kinds)fields.Number(GuardianProtocol.Kind, 0) switch
        {
            Kinds.Hello => new HelloOrder((int)fields.Number(3, 0)),
            Kinds.Start => StartOrder.Read(fields),
            Kinds.Stop => new StopOrder(fields.Required(3), (int)fields.Number(4, Native.Signals.Terminate), TimeSpan.FromTicks(fields.Number(5, 0))),
            Kinds.Forget => new ForgetOrder(fields.Required(3)),
            Kinds.List => new ListOrder(),
            Kinds.Remark => new RemarkOrder(fields.Required(3), fields.Required(4)) { Said = fields.Text(5) },
            Kinds.Exec => ExecOrder.Read(fields),
            _ => new UnknownOrder(),
        };
        return order with { Id = fields.Number(GuardianProtocol.Id, 0) };
    }
}

/// <summary>The first order of the daemon's own connection: from now on its death is the connection's end.</summary>
internal sealed record HelloOrder(int Protocol) : GuardianOrder
{
    protected override Kinds Kind => Kinds.Hello;

    protected override void Write(FieldWriter fields) => fields.Number(3, Protocol);
}

/// <summary>Asks a process and its descendants to end, and after the grace makes them. The reply comes when all are gone.</summary>
internal sealed record StopOrder(string Key, int Signal, TimeSpan Grace) : GuardianOrder
{
    protected override Kinds Kind => Kinds.Stop;

    protected override void Write(FieldWriter fields)
    {
        fields.Text(3, Key);
        fields.Number(4, Signal);
        fields.Number(5, Grace.Ticks);
    }
}

/// <summary>Drops the memory of a process that has ended.</summary>
internal sealed record ForgetOrder(string Key) : GuardianOrder
{
    protected override Kinds Kind => Kinds.Forget;

    protected override void Write(FieldWriter fields) => fields.Text(3, Key);
}

/// <summary>Asks for all processes.</summary>
internal sealed record ListOrder : GuardianOrder
{
    protected override Kinds Kind => Kinds.List;
}

/// <summary>Writes a line of Gantry's own into a process's log.</summary>
internal sealed record RemarkOrder(string Key, string Text) : GuardianOrder
{
    /// <summary>Kept as <see cref="GuardedState.Said"/> where it is not null.</summary>
    public string? Said { get; init; }

    protected override Kinds Kind => Kinds.Remark;

    protected override void Write(FieldWriter fields)
    {
        fields.Text(3, Key);
        fields.Text(4, Text);
        fields.Text(5, Said);
    }
}

/// <summary>An order of a newer daemon that this version does not know: it is refused, and the daemon stays connected.</summary>
internal sealed record UnknownOrder : GuardianOrder
{
    protected override Kinds Kind => Kinds.Unknown;
}
