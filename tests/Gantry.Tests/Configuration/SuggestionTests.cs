using Gantry.Daemon.Configuration;
using Xunit;

namespace Gantry.Tests.Configuration;

public sealed class SuggestionTests
{
    private static readonly string[] Words = ["port", "ports", "env", "env_file", "command", "depends_on", "db"];

    [Theory]
    [InlineData("prot", "port")]
    [InlineData("Port", "port")]
    [InlineData("prts", "ports")]
    [InlineData("env-file", "env_file")]
    [InlineData("depend_on", "depends_on")]
    [InlineData("dependson", "depends_on")]
    [InlineData("comand", "command")]
    [InlineData("comm", "command")]
    [InlineData("nope", null)]
    [InlineData("commnad", "command")]
    [InlineData("evn", "env")]
    [InlineData("bd", "db")]
    [InlineData("kubernetes", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("xy", null)]
    [InlineData("volumes", null)]
    public void The_nearest_word_is_suggested_where_it_is_near(string word, string? expected) => Assert.Equal(expected, Suggestion.Closest(word, Words));
}
