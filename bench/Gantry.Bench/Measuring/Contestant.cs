namespace Gantry.Bench.Measuring;

/// <summary>Whose figure it is.</summary>
/// <param name="Name">As the report shows it.</param>
/// <param name="IsPeer">Whether Gantry is compared with it; else it is Gantry, a part of it, or a floor.</param>
internal sealed record Contestant(string Name, bool IsPeer)
{
    public static Contestant Gantry { get; } = new("gantry", IsPeer: false);

    public static Contestant Peer(string name) => new(name, IsPeer: true);

    /// <summary>What the same costs at least, without anybody who looks after it: to be seen beside the others, and no rival.</summary>
    public static Contestant Floor(string name) => new($"({name})", IsPeer: false);

    /// <summary>One of its parts, or one of the ways to use it.</summary>
    public Contestant With(string detail) => this with { Name = $"{Name} {detail}" };
}
