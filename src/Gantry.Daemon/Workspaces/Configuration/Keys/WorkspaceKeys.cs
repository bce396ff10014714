using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Keys;

/// <summary>The keys of <c>gantry.toml</c>, from the top.</summary>
internal static class WorkspaceKeys
{
    /// <summary>More services than this are refused.</summary>
    public const int MaxServices = 500;

    /// <summary>What a route may lead to instead of a service, once the full edge is there.</summary>
    public static readonly ImmutableArray<string> LaterRouteTargets = ["upstream", "site", "redirect", "respond", "split"];

    public static readonly TableType<WorkspaceSection> Workspace = new("the workspace", new WorkspaceSection(), "[workspace]")
    {
        { "name", ValueTypes.Name, c => c.Name, (c, v) => c with { Name = v }, "The workspace's name.", new KeyFacets { DefaultText = "the folder's name" } },
        { "domain", ValueTypes.HostName, c => c.Domain, (c, v) => c with { Domain = v }, "The suffix of its host names: a service answers at `<service>.<domain>`.", new KeyFacets { DefaultText = "`<name>.localhost`", Synonyms = ["host", "hostname"] } },
        { "lifetime", new ChoiceType<Lifetime>(("workspace", Lifetime.Workspace), ("daemon", Lifetime.Daemon)), c => c.Lifetime, (c, v) => c with { Lifetime = v }, "`\"workspace\"` outlives the daemon and is adopted by the next one, `\"daemon\"` ends with it." },
    };

    public static readonly TableType<SecretConfig> Secret = new("a secret", new SecretConfig(), "{ env = \"NAME\" }", ["env", "file", "command"])
    {
        { "env", ValueTypes.Text, c => c.Env, (c, v) => c with { Env = v }, "A variable of the caller's environment, else of `.env`.", new KeyFacets { Synonyms = ["environment", "variable"] } },
        { "file", ValueTypes.Template, c => c.File, (c, v) => c with { File = v }, "A file, relative to the workspace; one newline at its end is left out.", new KeyFacets { Synonyms = ["path"] } },
        { "command", ValueTypes.Command, c => c.Command, (c, v) => c with { Command = v }, "A command that prints the secret within 10 seconds; one newline at its end is left out.", new KeyFacets { Synonyms = ["exec", "cmd"] } },
    };

    public static readonly TableType<RouteConfig> Route = new("a route", new RouteConfig(), "[[proxy.routes]]", atLeastOne: ["service", .. LaterRouteTargets])
    {
        { "path", ValueTypes.RoutePath, c => c.Path, (c, v) => c with { Path = v }, "An exact path, or a prefix ending in `/*`.", new KeyFacets { DefaultText = "every path" } },
        { "host", ValueTypes.HostName, c => c.Host, (c, v) => c with { Host = v }, "A host name.", new KeyFacets { DefaultText = "the workspace's domain and every host below it", Synonyms = ["domain", "hostname"] } },
        { "service", ValueTypes.Name, c => c.Service, (c, v) => c with { Service = v }, "The service that answers.", new KeyFacets { Synonyms = ["to", "target", "backend"] } },
        { "upstream", "a route to an upstream" },
        { "site", "a route to static files" },
        { "redirect", "a route that redirects" },
        { "respond", "a route with a fixed answer" },
        { "methods", "routing by method" },
        { "headers", "routing by header" },
        { "split", "weighted routes" },
        { "strip_prefix", "transforms of the path" },
        { "rewrite", "transforms of the path" },
        { "request_headers", "transforms of headers" },
        { "response_headers", "transforms of headers" },
        { "timeouts", "time-outs" },
        { "retries", "retries" },
        { "rate_limit", "rate limits" },
        { "forward_auth", "forward authentication" },
        { "allow", "allowed addresses" },
        { "deny", "denied addresses" },
        { "cors", "CORS" },
        { "sticky", "sticky sessions" },
    };

    public static readonly TableType<ProxyConfig> Proxy = new("the edge", new ProxyConfig(), "[[proxy.routes]]")
    {
        { "routes", new ListType<RouteConfig>(Route, "routes"), c => c.Routes, (c, v) => c with { Routes = v }, "Routes of the edge beside the host name that every service has.", new KeyFacets { Synonyms = ["route"] } },
        { "upstreams", "upstreams that Gantry does not run" },
    };

    public static readonly TableType<WorkspaceConfig> File = new("gantry.toml", new WorkspaceConfig())
    {
        { "workspace", Workspace, c => c.Workspace, (c, v) => c with { Workspace = v }, "The workspace itself.", new KeyFacets { Synonyms = ["project"] } },
        { "env", ValueTypes.Variables, c => c.Env, (c, v) => c with { Env = v }, "Variables that every process and container gets.", new KeyFacets { Synonyms = ["environment", "vars"] } },
        { "secrets", new MapType<SecretConfig>(Secret, "secrets"), c => c.Secrets, (c, v) => c with { Secrets = v }, "Where secrets are read from, when a service refers to them." },
        { "services", new MapType<ServiceConfig>(ServiceKeys.Service, "services", MaxServices, WorkloadName.Pattern), c => c.Services, (c, v) => c with { Services = v }, "Everything that runs.", new KeyFacets { Synonyms = ["processes", "apps", "containers"] } },
        { "proxy", Proxy, c => c.Proxy, (c, v) => c with { Proxy = v }, "The edge's part of this workspace.", new KeyFacets { Synonyms = ["routes", "edge", "ingress"] } },
        { "builds", "image builds" },
        { "dev", "dev containers" },
        { "jobs", "jobs" },
        { "code", "code intelligence" },
        { "models", "the model gateway" },
    };
}
