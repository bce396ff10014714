using Gantry.Daemon.Workspaces;
using Xunit;

namespace Gantry.Tests.Workspaces;

public sealed class FolderGatesTests
{
    private readonly FolderGates _gates = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_is_let_to_a_folder_at_a_time_and_others_to_theirs()
    {
        var first = await _gates.EnterAsync("/a", Ct);
        var second = _gates.EnterAsync("/a", Ct);
        var third = _gates.EnterAsync("/a", Ct);
        using (await _gates.EnterAsync("/b", Ct))
        {
            Assert.Equal(2, _gates.Count);
            Assert.False(second.IsCompleted);
        }

        first.Dispose();
        (await second).Dispose();
        (await third).Dispose();
        Assert.Equal(0, _gates.Count);
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_folder_that_was_left()
    {
        for (var number = 0; number < 100; number++)
        {
            (await _gates.EnterAsync($"/{number}", Ct)).Dispose();
        }

        Assert.Equal(0, _gates.Count);
    }

    [Fact]
    public async Task Who_stops_waiting_keeps_neither_the_folder_nor_its_turn()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using (await _gates.EnterAsync("/a", Ct))
        {
            var waiting = _gates.EnterAsync("/a", patience.Token);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            Assert.Equal(1, _gates.Count);
        }

        Assert.Equal(0, _gates.Count);
        (await _gates.EnterAsync("/a", Ct)).Dispose();
    }
}
