using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>Services that run only where one asks for them.</summary>
public sealed class ProfileTests : GantryTest
{
    private const string Shop = """
        [services.api]
        type    = "worker"
        command = "exec sleep 1000"
        [services.mail]
        type     = "worker"
        command  = "exec sleep 1000"
        profiles = ["mail", "all"]
        [services.debug]
        type       = "worker"
        command    = "exec sleep 1000"
        profiles   = ["debug"]
        depends_on = ["tool"]
        [services.tool]
        type     = "worker"
        command  = "exec sleep 1000"
        profiles = ["tools"]
        """;

    [Theory]
    [InlineData("api")]
    [InlineData("api mail", "--profile", "mail")]
    [InlineData("api mail", "--profile", "all")]
    [InlineData("api debug tool", "--profile", "debug")]
    [InlineData("api debug mail tool", "--profile", "debug", "--profile", "mail")]
    [InlineData("api debug mail tool", "--profile", "debug,mail")]
    public async Task What_runs_is_what_was_chosen_and_what_that_needs(string running, params string[] options)
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct, options);
        Assert.Equal(running.Split(' '), (await shop.StatusAsync(Ct)).Pids.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_names_a_service_whose_profile_is_off_is_told_the_profile()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        foreach (var verb in (string[])["up", "start", "stop", "restart", "logs", "status", "why", "wait", "open"])
        {
            Assert.Equal(
                "gantry: mail belongs to the profiles mail, all, none of which is chosen\n  next: gantry up --profile mail\n",
                (await shop.RunAsync(Ct, verb, "mail")).ShouldExit(2).Stderr);
        }

        await shop.UpAsync(Ct, "--profile", "mail");
        await shop.DoAsync(Ct, "status", "mail");
        await shop.Files.WriteAsync($"{Shop}\n[services.late]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        Assert.Contains("next: gantry up late", (await shop.RunAsync(Ct, "start", "late")).ShouldExit(2).Stderr, StringComparison.Ordinal);
    }
}
