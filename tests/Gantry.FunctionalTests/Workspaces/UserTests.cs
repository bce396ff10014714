using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>Who a service runs as, and how many files it may open: what the host has to be root for.</summary>
public sealed class UserTests : GantryTest
{
    [Theory]
    [InlineData("\"nobody\"")]
    [InlineData("65534")]
    public async Task A_process_runs_as_the_user_that_the_file_says(string user)
    {
        Needs.Root();
        var shop = await Home.LiveAsync(
            $$"""
            [services.a]
            type    = "worker"
            user    = {{user}}
            workdir = "/"
            command = "id -un; id -u; id -G; grep -E '^(CapEff|CapPrm)' /proc/self/status; exec sleep 1000"
            health  = { log = "CapEff" }
            """,
            Ct);
        await shop.UpAsync(Ct);
        var output = await shop.OutputAsync("a", Ct);
        Assert.Equal(["nobody", "65534"], output.Take(2));
        Assert.DoesNotContain("0", output[2].Split(' '));
        Assert.All(output.Skip(3), line => Assert.EndsWith("0000000000000000", line, StringComparison.Ordinal));
        Assert.Equal("65534\n", (await shop.DoAsync(Ct, "exec", "a", "id", "-u")).Stdout);
        await shop.DoAsync(Ct, "stop", "a");
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Fact]
    public async Task A_user_that_does_not_exist_is_a_fault_of_the_file()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\nuser = \"no-such-user\"\n", Ct);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(2);
        Assert.Matches(@"gantry\.toml:4:8: error: .*no-such-user", up.Stderr);
    }

    [Fact]
    public async Task The_number_of_open_files_is_limited()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"task\"\ncommand = \"ulimit -n\"\nlimits = { open_files = 123 }\n", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal(["123"], await shop.OutputAsync("a", Ct));
    }
}
