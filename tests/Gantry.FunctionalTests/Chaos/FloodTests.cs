using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>Output that comes faster, or in larger pieces, than anybody reads.</summary>
[Collection(Timed.Name)]
public sealed class FloodTests : GantryTest
{
    private const int Lines = 3_000_000;

    /// <summary>What a guardian may take beside what it takes at rest, however much it carries.</summary>
    private const long MostMemory = 64 << 20;

    /// <summary>What it may keep of two hundred bursts: far less than a quarter of a megabyte for each.</summary>
    private const long MostKept = 24 << 20;

    private static readonly TimeSpan MostWaiting = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_hundred_megabytes_a_second_arrive_whole_in_bounded_memory_while_others_answer()
    {
        Home.Environment["GANTRY_LOG_MAX_SIZE"] = "64MiB";
        Home.Environment["GANTRY_LOG_MAX_FILES"] = "100";
        var workspace = await Home.LiveAsync(
            $$"""
            [services.neighbour]
            command = {{TestWorkspace.Run("serve")}}
            health  = { http = "/health" }

            [services.flood]
            type       = "task"
            command    = {{TestWorkspace.Run("spam", "--bytes-per-second", "100MB", "--line-length", "100", "--count", Lines.ToString(CultureInfo.InvariantCulture))}}
            depends_on = ["neighbour"]
            """,
            Ct);
        await workspace.UpAsync(Ct, "neighbour");
        var guardian = await Home.Processes.GuardianAsync(Ct);
        var atRest = guardian.ResidentBytes();

        using var up = await workspace.StartAsync("up");
        var most = atRest;
        var asked = 0;
        while (!up.HasExited)
        {
            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal(200, (await workspace.AskAsync("neighbour", "/", Ct)).Status);
            await workspace.StatusAsync(Ct);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < MostWaiting, "the neighbour and the status were asked, and took too long");
            most = Math.Max(most, guardian.ResidentBytes());
            asked++;
        }

        await up.ShouldEndAsync(0, Ct);
        TestContext.Current.TestOutputHelper?.WriteLine($"asked {asked} times; the guardian had {atRest >> 20} MiB at rest and {most >> 20} MiB at most");
        Assert.True(most - atRest < MostMemory, $"the guardian took {most >> 20} MiB, {atRest >> 20} MiB at rest");
        Assert.True(guardian.IsAlive());
        Assert.Equal(Lines, await CountAsync(workspace, "flood"));
    }

    /// <summary>What a burst needed is not kept for each of those that had one.</summary>
    [Fact]
    public async Task Hundreds_that_each_had_a_burst_leave_the_guardian_as_small_as_it_was()
    {
        var burst = string.Concat(Enumerable.Range(0, 4).Select(index =>
            $"""
            [services.burst{index}]
            type     = "worker"
            command  = "yes 123456789 | head -c 80000; exec sleep 3600"
            replicas = 50

            """));
        var workspace = await Home.LiveAsync("[services.one]\ntype = \"worker\"\ncommand = [\"sleep\", \"3600\"]\n" + burst, Ct);
        await workspace.UpAsync(Ct, "one");
        var guardian = await Home.Processes.GuardianAsync(Ct);
        var atRest = guardian.ResidentBytes();
        await workspace.UpAsync(Ct);
        var records = Directory.EnumerateFiles(Home.File("logs"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        Assert.True(records > 200 * 80_000, $"{records} bytes were written");
        await Eventually.PassesAsync(
            () =>
            {
                Assert.True(guardian.ResidentBytes() - atRest < MostKept, $"the guardian has {guardian.ResidentBytes() >> 20} MiB, {atRest >> 20} MiB before");
                return Task.CompletedTask;
            },
            Ct);
        TestContext.Current.TestOutputHelper?.WriteLine($"the guardian had {atRest >> 20} MiB before and {guardian.ResidentBytes() >> 20} MiB after");
    }

    [Fact]
    public async Task Rotation_keeps_the_newest_and_bounds_the_disk()
    {
        Home.Environment["GANTRY_LOG_MAX_SIZE"] = "1MiB";
        Home.Environment["GANTRY_LOG_MAX_FILES"] = "3";
        var workspace = await Home.LiveAsync(
            $"""
            [services.flood]
            type    = "task"
            command = {TestWorkspace.Run("spam", "--line-length", "100", "--count", "200000")}
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var kept = Directory.EnumerateFiles(Home.File("logs"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        Assert.InRange(kept, 1 << 20, 3 << 20);
        var numbers = (await workspace.OutputAsync("flood", Ct)).Select(line => int.Parse(line.AsSpan(0, 12), CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(200_000, numbers[^1]);
        Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
    }

    [Fact]
    public async Task A_line_of_a_megabyte_without_an_end_arrives_whole()
    {
        var workspace = await Home.LiveAsync(
            $"""
            [services.long]
            type    = "task"
            command = {TestWorkspace.Run("longline", "--bytes", "1MiB")}

            [services.staying]
            type    = "worker"
            command = {TestWorkspace.Run("longline", "--bytes", "1MiB", "--stay")}
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var whole = string.Concat(Enumerable.Range(0, 1 << 20).Select(i => (char)('a' + (i % 26))));
        Assert.Equal(whole, Assert.Single(await workspace.OutputAsync("long", Ct)));
        // Of one that stays, what came until now is there as well, though its line has no end yet.
        await Eventually.PassesAsync(async () => Assert.Equal(whole, string.Concat(await workspace.OutputAsync("staying", Ct))), Ct);
        await workspace.DoAsync(Ct, "stop", "staying");
        Assert.Equal(whole, Assert.Single(await workspace.OutputAsync("staying", Ct)));
    }

    /// <summary>Numbered lines of what <c>gantry logs</c> prints; each has to follow the one before.</summary>
    private async Task<int> CountAsync(LiveWorkspace workspace, string service)
    {
        var file = Home.OutputFile();
        using (var logs = BackgroundCommand.Start(
            new Command(await Programs.GantryAsync(), "logs", service, "--no-prefix", "--stream", "stdout") { Environment = Home.Environment, WorkingDirectory = workspace.Folder }, file))
        {
            Assert.Equal(0, await logs.EndAsync(Ct, TimeSpan.FromMinutes(3)));
        }

        var count = 0;
        await foreach (var line in File.ReadLinesAsync(file, Ct))
        {
            count++;
            Assert.Equal(count, int.Parse(line.AsSpan(0, 12), CultureInfo.InvariantCulture));
            Assert.Equal(99, line.Length);
        }

        File.Delete(file);
        return count;
    }
}
