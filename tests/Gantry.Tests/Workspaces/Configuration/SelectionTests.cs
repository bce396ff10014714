using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

public sealed class SelectionTests
{
    private const string Text = """
        [services.web]
        command = "true"
        [services.debug]
        command = "true"
        profiles = ["debug", "full"]
        depends_on = ["tracer"]
        [services.tracer]
        command = "true"
        profiles = ["trace"]
        [services.mail]
        command = "true"
        profiles = ["full"]
        [[proxy.routes]]
        path = "/mail/*"
        service = "mail"
        """;

    [Theory]
    [InlineData("", "web")]
    [InlineData("debug", "web debug tracer")]
    [InlineData("trace", "web tracer")]
    [InlineData("full", "web debug tracer mail")]
    [InlineData("trace full", "web debug tracer mail")]
    public async Task Services_of_chosen_profiles_run_with_all_that_they_depend_on(string profiles, string expected)
    {
        using var workspace = new WorkspaceOnDisk(Text);
        workspace.Profiles.AddRange(profiles.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var spec = await workspace.SpecAsync();
        Assert.Equal(expected, string.Join(' ', spec.Workloads.Select(workload => workload.Name)));
        Assert.Equal(profiles.Contains("full", StringComparison.Ordinal) ? 1 : 0, spec.Routes.Length);
    }

    [Fact]
    public async Task What_is_left_out_is_known_with_its_profiles()
    {
        using var workspace = new WorkspaceOnDisk(Text);
        workspace.Profiles.Add("trace");
        var left = (await workspace.LoadAsync()).LeftOut;
        Assert.Equal(["debug: debug full", "mail: full"], left.Select(service => $"{service.Key}: {string.Join(' ', service.Value)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reference_to_a_service_that_is_not_enabled_says_which_profile_would_enable_it()
    {
        using var workspace = new WorkspaceOnDisk(Text.Replace("[services.debug]", "env = { A = '${services.mail.url}' }\n[services.debug]", StringComparison.Ordinal));
        Assert.Equal(
            "gantry.toml:3:14: error: services.web.env.A: \"mail\" is in profile \"full\", which is not enabled (choose the profile, or add \"mail\" to depends_on, which brings it along)\n",
            await workspace.FaultsAsync());
        workspace.Profiles.Add("full");
        Assert.Equal("", await workspace.FaultsAsync());
    }

    [Fact]
    public async Task A_profile_that_no_service_has_is_a_fault()
    {
        using var workspace = new WorkspaceOnDisk(Text);
        workspace.Profiles.Add("ful");
        Assert.Equal("gantry.toml: error: no service has the profile \"ful\" (did you mean \"full\"?)\n", await workspace.FaultsAsync());
    }

    [Fact]
    public async Task Containers_may_listen_on_the_same_port_each_in_its_own_network()
    {
        using var workspace = new WorkspaceOnDisk("services.a = { image = 'a', target_port = 80, port = 80 }\nservices.b = { image = 'b', target_port = 80 }");
        Assert.Equal("", await workspace.FaultsAsync());
    }

    [Fact]
    public async Task Services_of_different_profiles_may_have_the_same_port()
    {
        using var workspace = new WorkspaceOnDisk("""
            services.a = { command = "true", port = 3000, profiles = ["a", "x"] }
            services.b = { command = "true", port = 3000, profiles = ["b"] }
            """);
        Assert.Equal("", await workspace.FaultsAsync());
        workspace.Write("gantry.toml", "services.a = { command = 'true', port = 3000, profiles = ['a', 'x'] }\nservices.b = { command = 'true', port = 3000, profiles = ['b', 'x'] }");
        Assert.Contains("port 3000", (await workspace.FaultAsync()).Message, StringComparison.Ordinal);
    }
}
