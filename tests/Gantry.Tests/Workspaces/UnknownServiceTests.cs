using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Xunit;

namespace Gantry.Tests.Workspaces;

public sealed class UnknownServiceTests
{
    private static readonly Dictionary<string, ImmutableArray<string>> Written = new() { ["mail"] = ["mail", "all"], ["debug"] = ["debug"], ["new"] = [] };

    [Theory]
    [InlineData("mail", "profile-off", "mail belongs to the profiles mail, all, none of which is chosen", "gantry up --profile mail")]
    [InlineData("debug", "profile-off", "debug belongs to the profile debug, which is not chosen", "gantry up --profile debug")]
    [InlineData("new", "not-applied", "new stands in gantry.toml, and has not been up yet", "gantry up new")]
    [InlineData("wbe", "unknown-service", "shop has no service wbe", "did you mean \"web\"?")]
    [InlineData("zz", "unknown-service", "shop has no service zz", "it has: api, web")]
    public void The_next_step_depends_on_what_the_file_has(string name, string code, string message, string remedy)
    {
        var fault = UnknownService.Of("shop", name, ["api", "web"], Written);
        Assert.Equal((code, message, remedy), (fault.Code, fault.Message, fault.Remedy));
    }

    [Fact]
    public void A_long_list_is_not_told_and_there_is_a_next_step_all_the_same() =>
        Assert.Equal("gantry status lists what it has", UnknownService.Of("shop", "zz", [.. Enumerable.Range(0, 20).Select(i => $"service{i}")]).Remedy);
}
