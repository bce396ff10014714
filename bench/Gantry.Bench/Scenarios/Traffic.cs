using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// wrk against one small server, reached by Gantry's ways and without any of them in turn, always with connections that are
/// kept. With one connection the times tell what a way adds; with many the rates tell what it carries. Each way is held
/// against the bare server; no way against another.
/// </summary>
internal static class Traffic
{
    private const string Name = "traffic";

    private const string BehindNote = "The bare server is the very process behind the front address and the edge, asked without Gantry between: the ratio is the price of what stands there, "
        + "and wrk, the server and Gantry share the machine's cores.";

    private const string SiteNote = "The edge reads the folder of a site; the bare server is a program that answers from a constant in its memory.";

    private const int Many = 32;

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        if (!Wrk.IsInstalled)
        {
            throw new MeasuringException("wrk is not installed");
        }

        await using var gantry = new GantrySupervisor(bench);
        await gantry.StartAsync(ct);
        var service = new Service("api", Workbench.Subject("web")) { Port = Services.FreePort() };
        var setup = await gantry.PrepareAsync("shop", [service], ct);
        AddSite(setup.Folder);
        await setup.Up.RunAsync(ct);
        var view = await GantrySupervisor.ViewAsync(setup, ct);
        var edge = new Uri(view.Urls["api"]);

        ImmutableArray<Way> small =
        [
            new("the front address", $"http://127.0.0.1:{view.Ports["api"]}/", null),
            new("the edge", $"http://127.0.0.1:{edge.Port}/", edge.Host),
        ];
        var bare = new Way("bare server", $"http://127.0.0.1:{service.Port}/", null);
        ImmutableArray<Way> file = [new("the edge's site", $"http://127.0.0.1:{edge.Port}/index.html", new Uri(view.Urls["site"]).Host)];
        var memory = new Way("bare server, from memory", $"http://127.0.0.1:{service.Port}/kilobyte", null);
        return
        [
            .. await CompareAsync(bench, "small response", small, bare, BehindNote, ct),
            .. await CompareAsync(bench, "file of 1 KB", file, memory, SiteNote, ct),
        ];
    }

    private static async Task<ImmutableArray<Figure>> CompareAsync(Workbench bench, string what, ImmutableArray<Way> ways, Way bare, string note, CancellationToken ct)
    {
        foreach (var way in ways.Add(bare))
        {
            // Until the compilers of both sides are done with what is used most.
            await Wrk.RunAsync(way.Url, way.Host, Many, bench.Options.LoadTime, ct);
        }

        var peer = Contestant.Peer(bare.Name);
        var collectors = ways.Select(way => new Collectors($"{what} by {way.Name}", note)).ToArray();
        for (var round = 0; round < Math.Max(2, bench.Options.LongRounds); round++)
        {
            foreach (var (way, own) in ways.Zip(collectors))
            {
                own.Add(Contestant.Gantry, await LoadAsync(bench, way, 1, ct), await LoadAsync(bench, way, Many, ct));
            }

            var (one, many) = (await LoadAsync(bench, bare, 1, ct), await LoadAsync(bench, bare, Many, ct));
            foreach (var all in collectors)
            {
                all.Add(peer, one, many);
            }
        }

        return [.. collectors.SelectMany(collector => collector.Finish())];
    }

    private static Task<Load> LoadAsync(Workbench bench, Way way, int connections, CancellationToken ct) =>
        Wrk.RunAsync(way.Url, way.Host, connections, bench.Options.LoadTime, ct);

    private static void AddSite(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "public"));
        File.WriteAllText(Path.Combine(folder, "public", "index.html"), new string('x', 1024));
        File.AppendAllText(Path.Combine(folder, "gantry.toml"), "\n[services.site]\nsite = \"public\"\n");
    }

    /// <param name="Host">The host name to ask for, where it is not the address.</param>
    private sealed record Way(string Name, string Url, string? Host);

    /// <summary>What is measured of each way.</summary>
    private sealed class Collectors(string what, string note)
    {
        private readonly Collector _median = new(Name, $"{what}, one connection, p50", "µs") { Note = note };
        private readonly Collector _tail = new(Name, $"{what}, one connection, p99", "µs") { Note = note };
        private readonly Collector _rate = new(Name, $"{what}, {Many} connections", "requests/s") { LessIsBetter = false, Note = note };

        public void Add(Contestant whose, Load one, Load many)
        {
            _median.Add(whose, one.Line, one.Median.TotalMicroseconds);
            _tail.Add(whose, one.Line, one.Percentile99.TotalMicroseconds);
            _rate.Add(whose, many.Line, many.RequestsPerSecond);
        }

        public ImmutableArray<Figure> Finish() => Collector.Finish(_median, _tail, _rate);
    }
}
