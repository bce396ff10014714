using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>An exit status in the guardian's messages.</summary>
internal static class ExitFields
{
    public static void Write(FieldWriter fields, int field, ExitStatus? exit)
    {
        if (exit is not null)
        {
            fields.Message(field, inner =>
            {
                inner.Number(1, exit.Code);
                inner.Text(2, exit.Signal);
                inner.Flag(3, exit.OutOfMemory);
                inner.Flag(4, exit.Lost);
            });
        }
    }

    public static ExitStatus? Read(Fields? fields) =>
        fields is null ? null : new ExitStatus((int)fields.Number(1, 0), fields.Text(2), fields.Flag(3), fields.Flag(4));
}
