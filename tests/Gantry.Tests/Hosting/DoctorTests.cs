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

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    public void A_home_where_a_file_stands_is_no_home_that_is_yet_to_be_made(string home)
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<HomeException>(() => HomeFolder.Look(Path.Combine(_folder, home)));
        Assert.Equal($"cannot use {Path.Combine(_folder, home)} as GANTRY_HOME: {file} is a file", error.Message);
        Assert.Contains(Doctor.CheckWithout(error), check => check is { Name: "home", Status: CheckStatus.Failed });
        Assert.False(HomeFolder.Look(Path.Combine(_folder, "new")).IsMade);
    }
}
