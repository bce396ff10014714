using System.Collections.Frozen;
using System.Collections.Immutable;
using Gantry.Proxy.LoadBalancing;

namespace Gantry.Proxy.Routing;

/// <summary>
/// One revision of all routes, immutable. The host decides before the path: a route for exactly this host beats one for a
/// suffix (the longest first), which beats one for any host; among those of one host an exact path beats the longest
/// prefix, which beats any path. Where no route of the better host has the path, the next host is asked. Of two routes
/// with the same host and path the first configured stands.
/// </summary>
public sealed class RouteTable
{
    public static readonly RouteTable Empty = Build([]);

    private readonly FrozenDictionary<string, PathTable> _hosts;
    private readonly FrozenDictionary<string, PathTable> _suffixes;
    private readonly PathTable _any;

    private RouteTable(ImmutableArray<Route> routes)
    {
        Routes = routes;
        _hosts = ByName(routes, HostPatternKind.Exact);
        _suffixes = ByName(routes, HostPatternKind.Suffix);
        _any = new PathTable(routes.Where(route => route.Config.Host.Kind == HostPatternKind.Any));
    }

    /// <summary>In the order of the configuration.</summary>
    public ImmutableArray<Route> Routes { get; }

    /// <param name="routes">The routes, in the order of the configuration.</param>
    /// <param name="previous">The revision before, whose clusters' running state (whose turn it is) goes on under the same ids.</param>
    public static RouteTable Build(IEnumerable<RouteConfig> routes, RouteTable? previous = null)
    {
        var before = new Dictionary<string, Cluster>(StringComparer.Ordinal);
        foreach (var cluster in previous?.Routes.Select(route => route.Cluster).OfType<Cluster>() ?? [])
        {
            before[cluster.Config.Id] = cluster;
        }

        var clusters = new Dictionary<string, Cluster>(StringComparer.Ordinal);
        return new RouteTable([.. routes.Select(config => new Route(config, ClusterOf(config.Target, clusters, before)))]);
    }

    /// <summary>The route that answers, or null.</summary>
    /// <param name="host">As <see cref="HostName"/> gives it; null where the request names none.</param>
    /// <param name="path">Decoded, beginning with <c>/</c>.</param>
    public Route? Match(string? host, string path)
    {
        if (host is null)
        {
            return _any.Match(path);
        }

        if (_hosts.TryGetValue(host, out var exact) && exact.Match(path) is { } byHost)
        {
            return byHost;
        }

        var suffixes = _suffixes.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var rest = Parent(host); !rest.IsEmpty; rest = Parent(rest))
        {
            if (suffixes.TryGetValue(rest, out var suffix) && suffix.Match(path) is { } bySuffix)
            {
                return bySuffix;
            }
        }

        return _any.Match(path);
    }

    /// <summary>Every route that matches, the one that answers first: what explains a choice.</summary>
    public ImmutableArray<Route> Candidates(string? host, string path)
    {
        var found = ImmutableArray.CreateBuilder<Route>();
        if (host is not null)
        {
            if (_hosts.TryGetValue(host, out var exact))
            {
                found.AddRange(exact.Candidates(path));
            }

            for (var rest = Parent(host).ToString(); rest.Length > 0; rest = Parent(rest).ToString())
            {
                if (_suffixes.TryGetValue(rest, out var suffix))
                {
                    found.AddRange(suffix.Candidates(path));
                }
            }
        }

        found.AddRange(_any.Candidates(path));
        return found.ToImmutable();
    }

    private static FrozenDictionary<string, PathTable> ByName(ImmutableArray<Route> routes, HostPatternKind kind) =>
        routes.Where(route => route.Config.Host.Kind == kind)
            .GroupBy(route => route.Config.Host.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => new PathTable(group), StringComparer.Ordinal);

    private static ReadOnlySpan<char> Parent(ReadOnlySpan<char> host)
    {
        var dot = host.IndexOf('.');
        return dot < 0 ? [] : host[(dot + 1)..];
    }

    private static Cluster? ClusterOf(RouteTarget target, Dictionary<string, Cluster> clusters, Dictionary<string, Cluster> before)
    {
        if (target is not ForwardTarget { Cluster: var config })
        {
            return null;
        }

        if (!clusters.TryGetValue(config.Id, out var cluster))
        {
            cluster = before.TryGetValue(config.Id, out var known) ? known.Next(config) : new Cluster(config);
            clusters.Add(config.Id, cluster);
        }

        return cluster;
    }
}
