using System.Collections.Frozen;

namespace Gantry.Proxy.Routing;

/// <summary>The routes of one host, by path: exact, else the longest prefix, else the one for any path.</summary>
internal sealed class PathTable
{
    private readonly FrozenDictionary<string, Route> _exact;
    private readonly Route[] _prefixes;
    private readonly Route? _any;

    /// <param name="routes">In the order of the configuration: of two with the same path the first stands.</param>
    public PathTable(IEnumerable<Route> routes)
    {
        var distinct = routes.DistinctBy(route => route.Config.Path).ToLookup(route => route.Config.Path.Kind);
        _exact = distinct[PathPatternKind.Exact].ToFrozenDictionary(route => route.Config.Path.Value, StringComparer.Ordinal);
        _prefixes = [.. distinct[PathPatternKind.Prefix].OrderByDescending(route => route.Config.Path.Value.Length)];
        _any = distinct[PathPatternKind.Any].SingleOrDefault();
    }

    public Route? Match(string path)
    {
        if (_exact.TryGetValue(path, out var exact))
        {
            return exact;
        }

        foreach (var route in _prefixes)
        {
            if (route.Config.Path.Matches(path))
            {
                return route;
            }
        }

        return _any;
    }

    /// <summary>Every route that matches, the best first.</summary>
    public IEnumerable<Route> Candidates(string path)
    {
        if (_exact.TryGetValue(path, out var exact))
        {
            yield return exact;
        }

        foreach (var route in _prefixes.Where(route => route.Config.Path.Matches(path)))
        {
            yield return route;
        }

        if (_any is not null)
        {
            yield return _any;
        }
    }
}
