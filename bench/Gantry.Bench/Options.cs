using System.Collections.Immutable;
using System.Globalization;

namespace Gantry.Bench;

/// <summary>What is measured, with what, and how long.</summary>
internal sealed record Options
{
    public const string Usage = """
        usage: gantry-bench [--quick] [--json] [--rounds N] [--peers FOLDER] --gantry FILE [scenario…]

          --gantry FILE    the executable to measure
          --peers FOLDER   where npm has installed pm2 and concurrently
          --rounds N       times that each short thing is done (15; 4 with --quick)
          --quick          about a minute: fewer rounds, shorter loads
          --json           the samples themselves, for programs

        Without scenarios, all: up, listening, ready, status, idle, logs, traffic, orphans, adoption.
        """;

    public required string Gantry { get; init; }

    public string? Peers { get; init; }

    public bool Quick { get; init; }

    public bool Json { get; init; }

    public ImmutableArray<string> Scenarios { get; init; } = [];

    private int? GivenRounds { get; init; }

    /// <summary>Times that something short is done.</summary>
    public int Rounds => GivenRounds ?? (Quick ? 4 : 15);

    /// <summary>Times that something of several seconds is done.</summary>
    public int LongRounds => Math.Min(Rounds, Quick ? 1 : 5);

    public TimeSpan IdleTime => TimeSpan.FromSeconds(Quick ? 5 : 30);

    public TimeSpan LoadTime => TimeSpan.FromSeconds(Quick ? 1 : 4);

    public long LogBytes => Quick ? 64_000_000 : 256_000_000;

    /// <summary>The command that makes the same report again.</summary>
    public string Line => string.Join(' ', new[] { "bench/run", Quick ? "--quick" : "", GivenRounds is { } rounds ? $"--rounds {rounds}" : "" }.Concat(Scenarios).Where(word => word.Length > 0));

    public bool Wants(string scenario) => Scenarios.IsEmpty || Scenarios.Contains(scenario);

    /// <exception cref="UsageException">They cannot be understood.</exception>
    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options { Gantry = "" };
        for (var i = 0; i < args.Count; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Quick = true },
                "--json" => options with { Json = true },
                "--gantry" => options with { Gantry = Path.GetFullPath(Next(ref i)) },
                "--peers" => options with { Peers = Path.GetFullPath(Next(ref i)) },
                "--rounds" => options with { GivenRounds = int.TryParse(Next(ref i), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds > 0 ? rounds : throw new UsageException($"--rounds: {args[i]} is not a number of rounds") },
                var name when KnownScenarios.Contains(name) => options with { Scenarios = options.Scenarios.Add(name) },
                var other => throw new UsageException($"{other} is neither an option nor a scenario\n\n{Usage}"),
            };
        }

        return File.Exists(options.Gantry) ? options : throw new UsageException($"--gantry names no executable\n\n{Usage}");

        string Next(ref int i) => ++i < args.Count ? args[i] : throw new UsageException($"{args[i - 1]} wants a value");
    }

    private static IEnumerable<string> KnownScenarios => Bench.Scenarios.Scenario.All.Select(scenario => scenario.Name);
}

internal sealed class UsageException(string message) : Exception(message);
