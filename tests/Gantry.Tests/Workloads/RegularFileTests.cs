using System.Diagnostics;
using Gantry.Workloads.Native;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class RegularFileTests
{
    [Fact(Timeout = 20_000)]
    public async Task A_pipe_in_a_files_place_is_refused_and_not_waited_for()
    {
        var folder = Directory.CreateTempSubdirectory("gantry-pipe-").FullName;
        try
        {
            var pipe = Path.Combine(folder, ".env");
            using var made = Process.Start("mkfifo", pipe)!;
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
            var refused = await Task.Run(() => Record.Exception(() => RegularFile.OpenRead(pipe)), TestContext.Current.CancellationToken);
            Assert.IsType<IOException>(refused);
            Assert.Contains("pipe", refused.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_apart() =>
        Assert.IsType<FileNotFoundException>(Record.Exception(() => RegularFile.OpenRead("/nowhere/at all")));
}
