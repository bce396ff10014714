using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Api;

/// <summary>Server-sent events (the HTML standard, section 9.2): numbered, replayed, followed.</summary>
public sealed class EventTests : GantryTest
{
    [Fact]
    public async Task A_change_is_told_while_one_listens()
    {
        var shop = await UpAsync();
        using var events = await EventReader.OpenAsync(Home, "/api/events", null, Ct);
        await shop.DoAsync(Ct, "restart", "a");
        var states = new List<string?>();
        while (!states.Contains("stopping") || states[^1] != "running")
        {
            states.Add(StateOf(await events.NextAsync(Ct)));
        }

        Assert.True(states.IndexOf("stopping") < states.LastIndexOf("running"), string.Join(' ', states));
    }

    [Fact]
    public async Task Numbers_only_grow()
    {
        var shop = await UpAsync();
        using var events = await EventReader.OpenAsync(Home, "/api/events", "0", Ct);
        await shop.DoAsync(Ct, "restart", "a");
        var numbers = new List<long>();
        for (var last = ""; last != "running" || numbers.Count < 5;)
        {
            var one = await events.NextAsync(Ct);
            numbers.AddRange(one.Id is { } id ? [long.Parse(id, CultureInfo.InvariantCulture)] : []);
            last = StateOf(one) ?? last;
        }

        Assert.Equal(numbers.Distinct().Order(), numbers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_comes_back_gets_what_was_missed_and_no_more(bool byHeader)
    {
        var shop = await UpAsync();
        string known;
        using (var first = await EventReader.OpenAsync(Home, "/api/events", "0", Ct))
        {
            known = await first.PassPresentAsync(Ct);
            await shop.DoAsync(Ct, "stop", "a");
            for (var one = await first.NextAsync(Ct); StateOf(one) != "stopped"; one = await first.NextAsync(Ct))
            {
                known = one.Id!;
            }
        }

        await shop.DoAsync(Ct, "start", "a");
        using var again = byHeader
            ? await EventReader.OpenAsync(Home, "/api/events", known, Ct)
            : await EventReader.OpenAsync(Home, $"/api/events?after={known}", null, Ct);
        var next = await again.NextAsync(Ct);
        Assert.Equal("stopped", StateOf(next));
        Assert.True(long.Parse(next.Id!, CultureInfo.InvariantCulture) > long.Parse(known, CultureInfo.InvariantCulture));
        while (StateOf(next) != "running")
        {
            next = await again.NextAsync(Ct);
        }
    }

    [Theory]
    [InlineData("999999999")]
    [InlineData("nonsense")]
    public async Task Who_knows_nothing_that_counts_gets_the_present_state(string known)
    {
        await UpAsync();
        using var events = await EventReader.OpenAsync(Home, "/api/events", known, Ct);
        while (StateOf(await events.NextAsync(Ct)) != "running")
        {
        }
    }

    [Fact]
    public async Task Who_is_cut_off_in_the_present_state_begins_it_anew()
    {
        await UpAsync();
        await (await Home.LiveAsync("[services.z]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct, "other")).UpAsync(Ct);
        string? known;
        using (var first = await EventReader.OpenAsync(Home, "/api/events", null, Ct))
        {
            known = (await first.NextAsync(Ct)).Id;
        }

        using var again = await EventReader.OpenAsync(Home, "/api/events", known, Ct);
        var told = (await again.NextAsync(Ct)).Data + (await again.NextAsync(Ct)).Data;
        Assert.Contains("\"name\":\"a\"", told, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"z\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_present_state_is_told_with_the_number_that_it_is_of()
    {
        await UpAsync();
        using var first = await EventReader.OpenAsync(Home, "/api/events", null, Ct);
        Assert.Null((await first.NextAsync(Ct)).Id);
        var end = await first.NextAsync(Ct);
        Assert.Equal("present", end.Kind);
        Assert.NotNull(end.Id);
    }

    [Fact]
    public async Task Another_daemon_gives_the_present_state_to_who_knew_the_last_one()
    {
        var shop = await UpAsync();
        string known;
        using (var first = await EventReader.OpenAsync(Home, "/api/events", "0", Ct))
        {
            known = await first.PassPresentAsync(Ct);
        }

        await shop.DoAsync(Ct, "daemon", "restart");
        using var events = await EventReader.OpenAsync(Home, "/api/events", known, Ct);
        while (StateOf(await events.NextAsync(Ct)) != "running")
        {
        }
    }

    [Fact]
    public async Task Only_those_of_one_workspace_are_told_where_one_is_asked_for()
    {
        var shop = await UpAsync();
        var other = await Home.LiveAsync("[services.z]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct, "other");
        var id = await shop.IdAsync(Ct);
        using var events = await EventReader.OpenAsync(Home, $"/api/events?workspace={id}", null, Ct);
        await other.UpAsync(Ct);
        await shop.DoAsync(Ct, "stop", "a");
        for (var one = await events.NextAsync(Ct); StateOf(one) != "stopped"; one = await events.NextAsync(Ct))
        {
            Assert.DoesNotContain("\"z\"", one.Data, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_as_long_as_an_id_is_a_name_and_an_id_may_be_of_what_is_yet_to_come()
    {
        const string Name = "abcdefabcdef";
        var shop = await Home.LiveAsync($"[workspace]\nname = \"{Name}\"\n[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        using var named = await EventReader.OpenAsync(Home, $"/api/events?workspace={Name}", null, Ct);
        Assert.Equal("running", StateOf(await named.NextAsync(Ct)));
        var id = await shop.IdAsync(Ct);
        await shop.DownAsync(Ct);
        using var coming = await EventReader.OpenAsync(Home, $"/api/events?workspace={id}", null, Ct);
        await shop.UpAsync(Ct);
        while (StateOf(await coming.NextAsync(Ct)) != "running")
        {
        }
    }

    [Fact]
    public async Task Who_leaves_at_any_moment_is_nothing_to_report()
    {
        var shop = await UpAsync();
        var readers = Enumerable.Range(0, 200).Select(_ => LeaveAsync()).ToList();
        for (var round = 0; round < 10; round++)
        {
            await shop.DoAsync(Ct, "restart", "a");
        }

        await Task.WhenAll(readers);
        await shop.DoAsync(Ct, "daemon", "stop");
        Assert.DoesNotContain("nhandled", await File.ReadAllTextAsync(Home.File("daemon.log"), Ct), StringComparison.Ordinal);
    }

    /// <summary>Comes five times, and leaves as soon as it is told something.</summary>
    private async Task LeaveAsync()
    {
        var buffer = new byte[4096];
        for (var pieces = 1; pieces <= 5; pieces++)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Home.File("gantry.sock")), Ct);
            await socket.SendAsync("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Ct);
            for (var i = 0; i < pieces; i++)
            {
                await socket.ReceiveAsync(buffer, Ct);
            }
        }
    }

    private async Task<LiveWorkspace> UpAsync()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        return shop;
    }

    /// <summary>Wherever in the data it stands: the shape is the documentation's matter.</summary>
    private static string? StateOf(ServerEvent one)
    {
        using var json = JsonDocument.Parse(one.Data);
        return Find(json.RootElement);

        static string? Find(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object when element.TryGetProperty("state", out var state) => state.GetString(),
            JsonValueKind.Object => element.EnumerateObject().Select(property => Find(property.Value)).FirstOrDefault(found => found is not null),
            _ => null,
        };
    }
}
