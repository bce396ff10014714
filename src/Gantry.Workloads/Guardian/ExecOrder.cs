using System.Collections.Immutable;
using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>Runs a command where a process runs; the connection then carries its streams.</summary>
internal sealed record ExecOrder : GuardianOrder
{
    public required string Key { get; init; }

    public required string Path { get; init; }

    public required ImmutableArray<string> Arguments { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    public RunAs? User { get; init; }

    /// <summary>Open files of each process (RLIMIT_NOFILE); its other limits a command shares with the process by its control group.</summary>
    public int? OpenFiles { get; init; }

    public bool Terminal { get; init; }

    public int Rows { get; init; } = 24;

    public int Columns { get; init; } = 80;

    protected override Kinds Kind => Kinds.Exec;

    public static ExecOrder Read(Fields fields) => new()
    {
        Key = fields.Required(3),
        Path = fields.Required(4),
        Arguments = [.. fields.Texts(5)],
        Environment = GuardianProtocol.ReadEnvironment(fields, 6),
        WorkingDirectory = fields.Required(7),
        User = RunAs.Read(fields.Message(8)),
        Terminal = fields.Flag(9),
        Rows = (int)fields.Number(10, 24),
        Columns = (int)fields.Number(11, 80),
        OpenFiles = (int?)fields.Number(12),
    };

    protected override void Write(FieldWriter fields)
    {
        fields.Text(3, Key);
        fields.Text(4, Path);
        fields.Texts(5, Arguments);
        GuardianProtocol.WriteEnvironment(fields, 6, Environment);
        fields.Text(7, WorkingDirectory);
        RunAs.Write(fields, 8, User);
        fields.Flag(9, Terminal);
        fields.Number(10, Rows);
        fields.Number(11, Columns);
        fields.Number(12, OpenFiles);
    }
}
