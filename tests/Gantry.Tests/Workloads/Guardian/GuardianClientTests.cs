using Gantry.Workloads;
using Gantry.Workloads.Guardian;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

/// <summary>The daemon's end of its connection to the guardian.</summary>
public sealed class GuardianClientTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gantry-client-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task Whoever_waits_for_his_turn_to_write_hears_of_the_connections_end()
    {
        var home = HomeFolder.Open(_folder.FullName);
        using var guardian = FakeGuardian.Open(home);
        var connecting = GuardianClient.ConnectAsync(home, _ => { }, Ct);
        using var connection = await guardian.GreetAsync(Ct);
        var client = (await connecting)!;

        // The first does not fit what the kernel holds for a guardian that reads nothing.
        var first = client.AskAsync<DoneReply>(new RemarkOrder("w/s/0", new string('x', GuardianProtocol.MaxFrame / 2)), Ct);
        var others = Enumerable.Range(0, 200).Select(_ => client.AskAsync<DoneReply>(new ForgetOrder("w/s/0"), Ct)).ToList();
        Assert.All([first, .. others], asked => Assert.False(asked.IsCompleted));
        await client.DisposeAsync();
        foreach (var asked in others.Prepend(first))
        {
            Assert.Equal(GuardianClient.LostCode, (await Assert.ThrowsAsync<WorkloadException>(() => asked)).Fault.Code);
        }
    }
}
