using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>Several of a service behind one address.</summary>
public sealed class ReplicaTests : GantryTest
{
    [Fact]
    public async Task Each_has_a_port_of_its_own_and_the_one_address_reaches_all()
    {
        var shop = await UpAsync(3);
        var api = await shop.ServiceAsync("api", Ct);
        Assert.Equal([0, 1, 2], api.Replicas.Select(replica => replica.Index));
        var seen = new Dictionary<int, int>();
        for (var i = 0; i < 12; i++)
        {
            var answer = await shop.AskAsync("api", "/", Ct);
            seen[answer.Number("pid")] = answer.Number("port");
        }

        Assert.Equal(api.Replicas.Select(replica => replica.Pid!.Value).Order(), seen.Keys.Order());
        Assert.Equal(3, seen.Values.Distinct().Count());
        Assert.DoesNotContain(api.Port!.Value, seen.Values);
    }

    [Fact]
    public async Task More_and_fewer_leave_those_that_stay_alone()
    {
        var shop = await UpAsync(2);
        var two = await shop.ServiceAsync("api", Ct);
        await shop.Files.WriteAsync(Toml(4), Ct);
        await shop.UpAsync(Ct);
        var four = await shop.ServiceAsync("api", Ct);
        Assert.Equal(4, four.Replicas.Count);
        Assert.Equal(two.Replicas.Select(replica => replica.Pid), four.Replicas.Take(2).Select(replica => replica.Pid));
        await shop.Files.WriteAsync(Toml(1), Ct);
        await shop.UpAsync(Ct);
        var one = await shop.ServiceAsync("api", Ct);
        Assert.Equal(two.Replicas[0].Pid, one.Pid);
        Assert.Equal(two.Port, one.Port);
        await HomeProcesses.GoneAsync([.. four.Replicas.Skip(1).Select(replica => HostProcess.Find(replica.Pid!.Value)).OfType<HostProcess>()], Eventually.Deadline, Ct);
    }

    [Fact]
    public async Task One_that_crashes_is_started_again_while_the_others_answer()
    {
        var shop = await UpAsync(2);
        var before = await shop.ServiceAsync("api", Ct);
        var killed = HostProcess.Find(before.Replicas[1].Pid!.Value)!;
        killed.Kill();

        // Until it is gone the kernel accepts connections for it, which nobody will answer; from then on nobody is to notice.
        await HomeProcesses.GoneAsync([killed], Eventually.Deadline, Ct);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await shop.AskAsync("api", "/", Ct)).Status);
        }

        var after = await shop.UntilAsync("api", api => api.Replicas.All(replica => replica.Pid is not null && replica.Pid != before.Replicas[1].Pid), Ct);
        Assert.Equal(before.Replicas[0].Pid, after.Replicas[0].Pid);
        Assert.Equal(1, after.Replicas[1].Restarts);
        Assert.Equal(0, after.Replicas[0].Restarts);
    }

    [Fact]
    public async Task Logs_and_exec_choose_one()
    {
        var shop = await UpAsync(2);
        var api = await shop.ServiceAsync("api", Ct);
        for (var index = 0; index < 2; index++)
        {
            var number = index.ToString(CultureInfo.InvariantCulture);
            var port = (await shop.DoAsync(Ct, "exec", "--replica", number, "api", "sh", "-c", "echo $PORT")).Stdout.Trim();
            Assert.Equal([$"listening on 127.0.0.1:{port}"], await shop.OutputAsync("api", Ct, "--replica", number));
        }

        Assert.Equal(2, (await shop.OutputAsync("api", Ct)).Count);
        Assert.Equal(2, api.Replicas.Count);
    }

    private async Task<LiveWorkspace> UpAsync(int replicas)
    {
        var shop = await Home.LiveAsync(Toml(replicas), Ct);
        await shop.UpAsync(Ct);
        return shop;
    }

    private static string Toml(int replicas) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        [services.api]
        command  = {{TestWorkspace.Run("serve")}}
        health   = { http = "/health" }
        restart  = { backoff = "50ms..1s" }
        replicas = {{replicas}}
        """);
}
