using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// wrk against one small server, reached by different ways in turn, always with connections that are kept. With one
/// connection the times tell what a way adds; with many the rates tell what it carries. The first way is the bare server:
/// ratios are against it.
/// </summary>
internal static class Traffic
{
    private const string Name = "traffic";

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
            new("front address", $"http://127.0.0.1:{view.Ports["api"]}/", null),
            new("edge", $"http://127.0.0.1:{edge.Port}/", edge.Host),
            new("bare server", $"http://127.0.0.1:{service.Port}/", null),
        ];
        ImmutableArray<Way> file =
        [
            new("edge's site", $"http://127.0.0.1:{edge.Port}/index.html", new Uri(view.Urls["site"]).Host),
            new("bare server, from memory", $"http://127.0.0.1:{service.Port}/kilobyte", null),
        ];
        return [.. await CompareAsync(bench, "small response", small, ct), .. await CompareAsync(bench, "file of 1 KB", file, ct)];
    }

    private static async Task<ImmutableArray<Figure>> CompareAsync(Workbench bench, string what, ImmutableArray<Way> ways, CancellationToken ct)
    {
        var alone = new Collector(Name, $"{what}, one connection, p50", "µs");
        var tail = new Collector(Name, $"{what}, one connection, p99", "µs");
        var rate = new Collector(Name, $"{what}, {Many} connections", "requests/s") { LessIsBetter = false };
        foreach (var way in ways)
        {
            // Until the compilers of both sides are done with what is used most.
            await Wrk.RunAsync(way.Url, way.Host, Many, bench.Options.LoadTime, ct);
        }

        for (var round = 0; round < Math.Max(2, bench.Options.LongRounds); round++)
        {
            foreach (var way in ways)
            {
                var one = await Wrk.RunAsync(way.Url, way.Host, 1, bench.Options.LoadTime, ct);
                alone.Add(way.Name, one.Line, one.Median.TotalMicroseconds);
                tail.Add(way.Name, one.Line, one.Percentile99.TotalMicroseconds);
                var many = await Wrk.RunAsync(way.Url, way.Host, Many, bench.Options.LoadTime, ct);
                rate.Add(way.Name, many.Line, many.RequestsPerSecond);
            }
        }

        return Collector.Finish(alone, tail, rate);
    }

    private static void AddSite(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "public"));
        File.WriteAllText(Path.Combine(folder, "public", "index.html"), new string('x', 1024));
        File.AppendAllText(Path.Combine(folder, "gantry.toml"), "\n[services.site]\nsite = \"public\"\n");
    }

    /// <param name="Host">The host name to ask for, where it is not the address.</param>
    private sealed record Way(string Name, string Url, string? Host);
}
