using System.Collections.Immutable;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>What is different about a workspace itself, in words; what is different about its services is the plan's to tell.</summary>
internal static class WorkspaceChanges
{
    /// <param name="before">As it was applied last; null where it was not up.</param>
    public static ImmutableArray<string> Of(WorkspaceSpec? before, WorkspaceSpec after) => before is null
        ? []
        :
        [
            .. Change("name", before.Name, after.Name),
            .. Change("domain", before.Domain, after.Domain),
            .. Change("lifetime", before.Lifetime.ToString().ToLowerInvariant(), after.Lifetime.ToString().ToLowerInvariant()),
            .. Routes(before, after),
        ];

    private static IEnumerable<string> Change(string key, string before, string after) => before == after ? [] : [$"{key} {before} -> {after}"];

    private static IEnumerable<string> Routes(WorkspaceSpec before, WorkspaceSpec after)
    {
        // The file's check lets each match stand once; a route without a path is another one than that for every path.
        var (had, has) = (before.Routes.ToDictionary(Match, route => route.Service), after.Routes.ToDictionary(Match, route => route.Service));
        foreach (var (match, service) in had.Where(route => !has.ContainsKey(route.Key)))
        {
            yield return $"route {Text(match)} to {service} removed";
        }

        foreach (var (match, service) in has)
        {
            if (!had.TryGetValue(match, out var was))
            {
                yield return $"route {Text(match)} to {service} added";
            }
            else if (was != service)
            {
                yield return $"route {Text(match)} {was} -> {service}";
            }
        }
    }

    private static (string? Host, string? Path) Match(RouteSpec route) => (route.Host, route.Path);

    private static string Text((string? Host, string? Path) match) => $"{match.Host}{match.Path ?? "/*"}";
}
