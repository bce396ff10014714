using Gantry.Workloads.Native;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class ResidentMemoryTests
{
    [Fact]
    public void A_process_that_gave_its_memory_back_works_on_with_less_of_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux says what is resident");
        var before = MappedFromFiles();
        ResidentMemory.Release();
        Assert.True(MappedFromFiles() < before * 3 / 4, "at least a quarter of a test run's mapped code is not needed at once");
        Assert.Equal("1.5", System.Text.Json.JsonSerializer.Serialize(1.5));
    }

    private static long MappedFromFiles() => long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssFile:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        System.Globalization.CultureInfo.InvariantCulture);
}
