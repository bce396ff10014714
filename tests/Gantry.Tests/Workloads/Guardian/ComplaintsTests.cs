using Gantry.Workloads.Guardian;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

public sealed class ComplaintsTests
{
    private readonly List<string> _said = [];
    private readonly ManualTime _time = new();
    private readonly Complaints _complaints;

    public ComplaintsTests() => _complaints = new Complaints(_time, _said.Add);

    [Fact]
    public void The_same_is_told_in_full_once_and_then_only_counted()
    {
        for (var pid = 0; pid < 1000; pid++)
        {
            _complaints.Tell(Thrown($"cannot open /proc/{pid}/stat"));
        }

        Assert.Contains(nameof(Thrown), Assert.Single(_said), StringComparison.Ordinal);
        _time.Now += TimeSpan.FromMinutes(2).Ticks;
        _complaints.Tell(Thrown("cannot open /proc/1/stat"));
        Assert.Equal(2, _said.Count);
        Assert.Contains("999", _said[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_is_told_at_once()
    {
        _complaints.Tell(Thrown("one"));
        _complaints.Tell(new InvalidOperationException("one"));
        _complaints.Tell(Thrown("two"));
        Assert.Equal(3, _said.Count);
    }

    private static IOException Thrown(string message)
    {
        try
        {
            throw new IOException(message);
        }
        catch (IOException e)
        {
            return e;
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
