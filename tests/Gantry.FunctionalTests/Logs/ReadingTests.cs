using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Logs;

/// <summary>Output, read in every way that it is offered.</summary>
public sealed class ReadingTests : GantryTest
{
    private static readonly string[] Twenty = [.. Enumerable.Range(1, 20).Select(i => string.Create(CultureInfo.InvariantCulture, $"out {i}"))];

    [Fact]
    public async Task Stdout_and_stderr_are_kept_apart_and_in_order()
    {
        var shop = await TaskAsync("log-lines", "--count", "20");
        Assert.Equal(Twenty, await shop.OutputAsync("a", Ct));
        var errors = LiveWorkspace.Lines((await shop.DoAsync(Ct, "logs", "a", "--no-prefix", "--stream", "stderr")).Stdout);
        Assert.Equal(Twenty.Select(line => line.Replace("out", "err", StringComparison.Ordinal)), errors);
        var gantry = (await shop.DoAsync(Ct, "logs", "a", "--no-prefix", "--stream", "gantry")).Stdout;
        Assert.Contains("exited with 0", gantry, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_gives_the_last_ones()
    {
        var shop = await TaskAsync("log-lines", "--count", "20");
        Assert.Equal(Twenty[^3..], await shop.OutputAsync("a", Ct, "--tail", "3"));
        Assert.Equal(Twenty, await shop.OutputAsync("a", Ct, "--tail", "1000"));
        Assert.Empty(await shop.OutputAsync("a", Ct, "--tail", "0"));
        (await shop.RunAsync(Ct, "logs", "a", "--tail", "-1")).ShouldExit(2);
    }

    [Fact]
    public async Task Times_are_of_milliseconds_and_since_begins_there()
    {
        var shop = await TaskAsync("log-lines", "--count", "20", "--every", "50ms");
        var lines = LiveWorkspace.Lines((await shop.DoAsync(Ct, "logs", "a", "--json", "--stream", "stdout")).Stdout)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        var times = lines.Select(line => line.GetProperty("time").GetString()!).ToList();
        Assert.All(times, time => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|\+00:00)$", time));
        var moments = times.Select(time => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(moments.Order(), moments);
        Assert.Equal(20, times.Distinct().Count());
        Assert.Equal(Twenty[10..], await shop.OutputAsync("a", Ct, "--since", times[10]));
        Assert.Equal(Twenty, await shop.OutputAsync("a", Ct, "--since", "1h"));
        Assert.Empty(await shop.OutputAsync("a", Ct, "--since", "0s"));
        (await shop.RunAsync(Ct, "logs", "a", "--since", "yesterday-ish")).ShouldExit(2);
    }

    [Fact]
    public async Task Several_services_are_merged_by_time()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "task"
            command = "echo one; touch 1; while ! test -e 2; do sleep 0.02; done; echo three; touch 3"
            [services.b]
            type    = "task"
            command = "while ! test -e 1; do sleep 0.02; done; sleep 0.05; echo two; sleep 0.05; touch 2; while ! test -e 3; do sleep 0.02; done; sleep 0.05; echo four"
            """,
            Ct);
        await shop.UpAsync(Ct);
        foreach (var names in (string[][])[[], ["a", "b"], ["b", "a"]])
        {
            var lines = LiveWorkspace.Lines((await shop.DoAsync(Ct, ["logs", .. names, "--stream", "stdout"])).Stdout);
            Assert.Equal(["a | one", "b | two", "a | three", "b | four"], lines.Select(line => string.Join(" | ", line.Split('|', StringSplitOptions.TrimEntries))));
        }
    }

    [Fact]
    public async Task A_run_goes_on_with_no_line_that_the_last_one_lost_with_its_guardian()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"printf 'half '; test -e again && echo rest; touch again; exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        await Eventually.PassesAsync(async () => Assert.Equal(["half "], await shop.OutputAsync("a", Ct)), Ct);
        (await Home.Processes.GuardianAsync(Ct)).Kill();
        await Eventually.PassesAsync(async () => Assert.Equal(["half ", "half rest"], await shop.OutputAsync("a", Ct)), Ct);
    }

    [Fact]
    public async Task Follow_gives_what_is_there_and_what_comes_across_restarts()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"echo run $$; exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        using var follow = await shop.StartAsync("logs", "a", "-f", "--no-prefix", "--stream", "stdout");
        await Eventually.PassesAsync(async () => Assert.Single(LiveWorkspace.Lines(await follow.OutputAsync(Ct))), Ct);
        await shop.DoAsync(Ct, "restart", "a");
        await Eventually.PassesAsync(async () => Assert.Equal(2, LiveWorkspace.Lines(await follow.OutputAsync(Ct)).Count), Ct);
        await shop.DoAsync(Ct, "restart", "a");
        await Eventually.PassesAsync(async () => Assert.Equal(await shop.OutputAsync("a", Ct), LiveWorkspace.Lines(await follow.OutputAsync(Ct))), Ct);
        Assert.Equal(3, LiveWorkspace.Lines(await follow.OutputAsync(Ct)).Count);
        Assert.False(follow.HasExited);
        await follow.SignalAsync("INT", Ct);
        Assert.Equal(130, await follow.EndAsync(Ct));
    }

    [Fact]
    public async Task They_are_there_after_the_exit_after_down_and_across_runs()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"echo run >> runs; echo run $(wc -l < runs); exec sleep 1000\"\nhealth = { log = \"run\" }\n", Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "restart", "a");
        await shop.DownAsync(Ct);
        Assert.Equal(["run 1", "run 2"], await shop.OutputAsync("a", Ct));
        await shop.UpAsync(Ct);
        Assert.Equal(["run 1", "run 2", "run 3"], await shop.OutputAsync("a", Ct));
    }

    [Fact]
    public async Task Bytes_of_any_kind_come_back_as_they_were_written()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "task"
            command = '''printf 'größe 日本\n'; printf 'tab\there\n'; printf '\n'; printf '\033[31mred\033[0m\n'; printf '{"json":1}\n'; printf 'no newline' '''
            """,
            Ct);
        await shop.UpAsync(Ct);
        var text = (await shop.DoAsync(Ct, "logs", "a", "--no-prefix", "--stream", "stdout")).Stdout;
        Assert.Equal("größe 日本\ntab\there\n\n\e[31mred\e[0m\n{\"json\":1}\nno newline\n", text);
    }

    [Fact]
    public async Task They_are_rotated_by_size_and_the_oldest_go()
    {
        Home.Environment["GANTRY_LOG_MAX_SIZE"] = "64KiB";
        Home.Environment["GANTRY_LOG_MAX_FILES"] = "3";
        var shop = await TaskAsync("spam", "--count", "10000", "--line-length", "100");
        var files = Directory.EnumerateFiles(Home.File("logs"), "*", SearchOption.AllDirectories).Select(file => new FileInfo(file)).ToList();
        Assert.InRange(files.Sum(file => file.Length), 64 * 1024, 4 * 64 * 1024);
        var lines = await shop.OutputAsync("a", Ct);
        var numbers = lines.Select(line => int.Parse(line.AsSpan(0, 12), CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(10_000 - numbers.Count + 1, numbers.Count), numbers);
        Assert.Equal(["spam: wrote 10000 lines"], LiveWorkspace.Lines((await shop.DoAsync(Ct, "logs", "a", "--no-prefix", "--stream", "stderr")).Stdout));
    }

    private async Task<LiveWorkspace> TaskAsync(params string[] arguments)
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"task\"\ncommand = {TestWorkspace.Run(arguments)}\n", Ct);
        await shop.UpAsync(Ct);
        return shop;
    }
}
