using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Why;

/// <summary>A program that dies after a line that nobody would read to its end.</summary>
public sealed class LongLineTests : GantryTest
{
    [Fact]
    public async Task What_wrote_a_line_of_megabytes_is_explained_all_the_same()
    {
        var why = await ExplainAsync("yes missing | tr '\\n' ' ' | head -c 4000000 >&2; echo >&2; exit 3");
        Assert.Contains("exited with 3", why, StringComparison.Ordinal);
        Assert.Contains("missing missing", why, StringComparison.Ordinal);
        Assert.True(why.Length < 20_000, $"why printed {why.Length} characters");
    }

    [Fact]
    public async Task The_cause_is_found_at_the_end_of_a_long_line()
    {
        var why = await ExplainAsync("head -c 1100000 /dev/zero | tr '\\0' x >&2; echo ' cannot go on: DATABASE_URL is not set' >&2; exit 3");
        Assert.Contains("the variable DATABASE_URL is missing", why, StringComparison.Ordinal);
    }

    /// <summary>What <c>why</c> says, after <c>up</c> has said the same.</summary>
    private async Task<string> ExplainAsync(string script)
    {
        var shop = await Home.LiveAsync($"[services.c]\ntype = \"worker\"\ncommand = '''{script}'''\nhealth = {{ log = \"never\" }}\nrestart = \"never\"\n", Ct);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Contains("exited with 3", up.Stderr, StringComparison.Ordinal);
        return (await shop.DoAsync(Ct, "why", "c")).Stdout;
    }
}
