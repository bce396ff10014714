namespace Gantry.Bench.Measuring;

/// <summary>Whose figure it is.</summary>
/// <param name="Name">As the report shows it.</param>
/// <param name="IsPeer">Whether Gantry is compared with it; else it is Gantry, or a part of it.</param>
internal sealed record Contestant(string Name, bool IsPeer)
{
    public static Contestant Gantry { get; } = new("gantry", IsPeer: false);

    public static Contestant Peer(string name) => new(name, IsPeer: true);

    /// <summary>One of its parts, or one of the ways to use it.</summary>
    public Contestant With(string detail) => this with { Name = $"{Name} {detail}" };
}
