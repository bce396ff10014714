using System.Diagnostics;

namespace Gantry.Proxy.LoadBalancing;

/// <summary>A cluster as one revision of the route table has it. The turn is shared with the revisions before and after.</summary>
public sealed class Cluster
{
    private readonly Turn _turn;

    public Cluster(ClusterConfig config)
        : this(config, new Turn())
    {
    }

    private Cluster(ClusterConfig config, Turn turn)
    {
        Config = config;
        _turn = turn;
    }

    public ClusterConfig Config { get; }

    /// <summary>The destination for the next request, or null where there is none.</summary>
    public Destination? Pick()
    {
        var destinations = Config.Destinations;
        if (destinations.IsEmpty)
        {
            return null;
        }

        return Config.Strategy switch
        {
            BalancingStrategy.RoundRobin => destinations[(int)(_turn.Next() % (uint)destinations.Length)],
            _ => throw new UnreachableException($"No strategy {Config.Strategy}."),
        };
    }

    /// <summary>The same cluster under a new configuration.</summary>
    internal Cluster Next(ClusterConfig config) => new(config, _turn);

    private sealed class Turn
    {
        private uint _count = uint.MaxValue;

        public uint Next() => Interlocked.Increment(ref _count);
    }
}
