using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Logs;

/// <summary>Output while its log cannot be written, as on a full disk: a file stands where the log's folder belongs.</summary>
public sealed class UnwritableLogTests : GantryTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_ended_run_could_not_write_is_counted_once_there_is_room(bool runsOnceMore)
    {
        var shop = await Home.LiveAsync("[services.t]\ntype = \"task\"\ncommand = \"test -e quiet || { printf 'last\\\\nwords\\\\n'; echo no >&2; }\"\n", Ct);
        await shop.UpAsync(Ct);
        var folder = Home.File($"logs/{await shop.IdAsync(Ct)}/t/0");
        Directory.Delete(folder, recursive: true);
        await File.WriteAllTextAsync(folder, "", Ct);
        await shop.DoAsync(Ct, "restart", "t");
        if (runsOnceMore)
        {
            await shop.Files.WriteAsync("quiet", "", Ct);
            await shop.DoAsync(Ct, "restart", "t");
        }

        File.Delete(folder);
        await Eventually.PassesAsync(
            async () =>
            {
                var log = (await shop.DoAsync(Ct, "logs", "t", "--no-prefix", "--stream", "gantry")).Stdout;
                Assert.Contains("exited with 0", log, StringComparison.Ordinal);
                Assert.Contains("3 lines (14 bytes) were lost here", log, StringComparison.Ordinal);
                Assert.Equal(runsOnceMore ? 2 : 1, LiveWorkspace.Lines(log).Count(line => line.StartsWith("started", StringComparison.Ordinal)));
            },
            Ct);
    }
}
