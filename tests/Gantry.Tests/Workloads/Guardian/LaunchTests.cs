using System.Diagnostics;
using Gantry.Workloads.Guardian;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

public sealed class LaunchTests
{
    [Theory]
    [InlineData(false, 7)]
    [InlineData(true, 126)]
    public async Task Only_a_group_that_limits_keeps_a_program_from_its_start(bool isRequired, int status)
    {
        List<string> refused = ["/nonexistent/group"];
        var seats = isRequired ? new CgroupSeats(refused, []) : new CgroupSeats([], refused);
        var (path, arguments) = Launch.Wrap("/bin/sh", ["sh", "-c", "echo \"$1\" >&2; exit 7", "sh", "--"], seats, user: null, openFiles: null);
        using var process = Process.Start(new ProcessStartInfo(path, arguments.Skip(1)) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, process.ExitCode);
        if (!isRequired)
        {
            Assert.Equal("--\n", said);
        }
    }
}
