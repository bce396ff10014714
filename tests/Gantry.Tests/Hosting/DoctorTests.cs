using System.Runtime.Versioning;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Hosting;

[UnsupportedOSPlatform("windows")]
public sealed class DoctorTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-doctor").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(UnixFileMode.None, false)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.OtherExecute, false)]
    [InlineData(UnixFileMode.GroupWrite, true)]
    [InlineData(UnixFileMode.OtherWrite, true)]
    public void A_home_that_others_can_change_is_told(UnixFileMode others, bool isTold)
    {
        File.SetUnixFileMode(_folder, Own | others);
        var told = Doctor.CheckHost(HomeFolder.Open(_folder), useCgroups: false).Where(check => check.Name == "home");
        Assert.Equal(isTold, told.Any(check => check.Status == CheckStatus.Warning && check.Remedy == $"chmod 700 {_folder}"));
    }
}
