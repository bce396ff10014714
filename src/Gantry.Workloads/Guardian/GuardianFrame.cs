using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>What both sides of the guardian's socket send: a kind, an id, and fields of the kind's own.</summary>
internal abstract record GuardianFrame
{
    /// <summary>Chosen by who asks and repeated in the reply; 0 for events.</summary>
    public long Id { get; init; }

    /// <summary>The kind's number among those that this side sends.</summary>
    protected abstract int Number { get; }

    public ReadOnlyMemory<byte> ToBytes()
    {
        var fields = new FieldWriter();
        fields.Number(GuardianProtocol.Kind, Number);
        fields.Number(GuardianProtocol.Id, Id);
        Write(fields);
        return fields.Written;
    }

    /// <summary>Writes the fields of its own, from <see cref="GuardianProtocol.First"/> on.</summary>
    protected virtual void Write(FieldWriter fields)
    {
    }
}
