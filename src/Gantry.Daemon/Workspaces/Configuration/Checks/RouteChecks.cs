using System.Collections.Immutable;
using System.Globalization;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces.Configuration.Keys;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Checks;

/// <summary>Routes: that they can be matched, lead somewhere and are there once.</summary>
internal static class RouteChecks
{
    /// <summary>The paths in which <see cref="FaultOf"/> finds none, as a regular expression of ECMA-262, for editors.</summary>
    public const string PathPattern = @"^/([^*?# \t]*|([^*?# \t]*/)?\*)$";

    /// <summary>The routes that are sound, in the order of the file.</summary>
    public static ImmutableArray<Setting<RouteConfig>> Check(WorkspaceConfig config, ServiceNames names, DiagnosticList diagnostics)
    {
        var sound = ImmutableArray.CreateBuilder<Setting<RouteConfig>>();
        var seen = new Dictionary<(string? Host, string? Path), SourcePlace>();
        foreach (var (index, route) in config.Proxy.Value.Routes.Value.Index())
        {
            // Each fault by itself, for one is no reason to keep silent about another.
            var path = string.Create(CultureInfo.InvariantCulture, $"proxy.routes[{index}]");
            var isMatchSound = CheckMatch(route.Value, path, diagnostics);

            // A route of a later version has been warned of already; it leads nowhere in this one.
            if (WorkspaceKeys.LaterRouteTargets.Any(route.Value.Has))
            {
                continue;
            }

            var isTargetSound = CheckTarget(route.Value, path, config, names, diagnostics);
            var isFirst = !IsMatchRead(route.Value) || CheckOnce(route.Value, path, seen, diagnostics);
            if (isMatchSound && isTargetSound && isFirst)
            {
                sound.Add(route);
            }
        }

        return sound.ToImmutable();
    }

    public static string? Host(RouteConfig route) => route.Host is null ? null : WorkspaceNames.Lower(route.Host.Value);

    private static bool CheckOnce(RouteConfig route, string name, Dictionary<(string? Host, string? Path), SourcePlace> seen, DiagnosticList diagnostics)
    {
        var match = (Host(route), route.Path?.Value);
        if (seen.TryGetValue(match, out var first))
        {
            diagnostics.Error(route.Place, $"{name}: this route matches the same as the one at {first}", "take one of them out, or give it another path or host");
            return false;
        }

        seen.Add(match, route.Place);
        return true;
    }

    private static bool CheckMatch(RouteConfig route, string name, DiagnosticList diagnostics)
    {
        var sound = IsMatchRead(route);
        if (route.Path is { } path && FaultOf(path.Value) is { } fault)
        {
            diagnostics.Error(path.Place, $"{name}.path: {Found.Quote(path.Value)} {fault}", "write an exact path such as \"/health\", or a prefix such as \"/api/*\"");
            sound = false;
        }

        if (route.Host is { } host && !WorkspaceNames.IsHostName(host.Value))
        {
            diagnostics.Error(host.Place, $"{name}.host: {Found.Quote(host.Value)} is not a host name", "write a name alone, without scheme, port or *: \"api.shop.localhost\"");
            sound = false;
        }

        return sound;
    }

    /// <summary>Whether what is written of its match was understood.</summary>
    private static bool IsMatchRead(RouteConfig route) => route.Has("path") == route.Path is not null && route.Has("host") == route.Host is not null;

    /// <summary>Why a route's path can match nothing, in words; null where it can.</summary>
    public static string? FaultOf(string path)
    {
        if (!path.StartsWith('/'))
        {
            return "does not begin with /";
        }

        if (path.AsSpan().IndexOfAny("?# \t") >= 0)
        {
            return "has a character that no path has";
        }

        var star = path.IndexOf('*', StringComparison.Ordinal);
        return star >= 0 && (star != path.Length - 1 || path[star - 1] != '/') ? "has a * that is not at its end after a /" : null;
    }

    private static bool CheckTarget(RouteConfig route, string name, WorkspaceConfig config, ServiceNames names, DiagnosticList diagnostics)
    {
        if (route.Service is not { } service)
        {
            if (!route.Has("service") && !config.MayDefine("service"))
            {
                diagnostics.Error(route.Place, $"{name}: the route leads nowhere", "say which service answers: service = \"…\"");
            }

            return false;
        }

        if (names.Require(service.Value, service.Place, $"{name}.service", diagnostics) is not { } target)
        {
            return false;
        }

        if (target.Runtime is not null && target.Runtime != RuntimeKind.Site && !target.Listens)
        {
            diagnostics.Error(service.Place, $"{name}.service: \"{service.Value}\" is a {(target.Type.Value == WorkloadType.Task ? "task" : "worker")} and does not listen", "routes lead to services and sites");
            return false;
        }

        return true;
    }
}
