using Gantry.Proxy.Routing;
using Xunit;

namespace Gantry.Tests.Proxy;

public class HostNameTests
{
    [Theory]
    [InlineData("web.shop.localhost", "web.shop.localhost")]
    [InlineData("web.shop.localhost:8080", "web.shop.localhost")]
    [InlineData("web.shop.localhost:", "web.shop.localhost")]
    [InlineData("WEB.Shop.LocalHost", "web.shop.localhost")]
    [InlineData("web.shop.localhost.", "web.shop.localhost")]
    [InlineData("web.shop.localhost.:8080", "web.shop.localhost")]
    [InlineData("my_api.shop.localhost", "my_api.shop.localhost")]
    [InlineData("localhost", "localhost")]
    [InlineData("127.0.0.1:8080", "127.0.0.1")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("[::1]:8080", "[::1]")]
    [InlineData("[0:0:0:0:0:0:0:1]:80", "[::1]")]
    [InlineData("[2001:DB8::A]", "[2001:db8::a]")]
    public void A_host_is_reduced_to_the_form_in_which_hosts_are_compared(string value, string expected)
    {
        Assert.True(HostName.TryParse(value, out var host));
        Assert.Equal(expected, host);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(":8080")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a..")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("user@a")]
    [InlineData("a:80:90")]
    [InlineData("a:99999")]
    [InlineData("a:-1")]
    [InlineData("a:+1")]
    [InlineData("a: 1")]
    [InlineData("a,b")]
    [InlineData("a%2eb")]
    [InlineData("bücher.example")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:x")]
    [InlineData("[127.0.0.1]")]
    [InlineData("[fe80::1%eth0]")]
    [InlineData("[]")]
    [InlineData("*.localhost")]
    public void What_names_no_host_is_refused(string? value) => Assert.False(HostName.TryParse(value, out _));

    [Fact]
    public void Labels_and_names_have_a_greatest_length()
    {
        Assert.True(HostName.TryParse(new string('a', 63) + ".localhost", out _));
        Assert.False(HostName.TryParse(new string('a', 64) + ".localhost", out _));
        var long253 = string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".a";
        Assert.Equal(253, long253.Length);
        Assert.True(HostName.TryParse(long253, out _));
        Assert.False(HostName.TryParse(long253 + "a", out _));
    }

    [Theory]
    [InlineData("web.shop.localhost", HostPatternKind.Exact, "web.shop.localhost")]
    [InlineData("*.Shop.localhost", HostPatternKind.Suffix, "shop.localhost")]
    [InlineData("[::1]", HostPatternKind.Exact, "[::1]")]
    public void A_pattern_is_a_host_or_a_suffix(string text, HostPatternKind kind, string name)
    {
        var pattern = HostPattern.Parse(text);
        Assert.Equal((kind, name), (pattern.Kind, pattern.Name));
    }

    [Theory]
    [InlineData("web.shop.localhost:8080")]
    [InlineData("[::1]:8080")]
    [InlineData("*")]
    [InlineData("*shop")]
    [InlineData("web.*.localhost")]
    public void What_is_neither_is_no_pattern(string text) => Assert.False(HostPattern.TryParse(text, out _));
}
