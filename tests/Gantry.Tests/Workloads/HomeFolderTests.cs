using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class HomeFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("gantry-home-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void A_home_keeps_its_id_and_nothing_else_is_left_of_the_making()
    {
        var made = HomeFolder.Open(_path);
        Assert.Matches("^[0-9a-f]{16}$", made.Id);
        Assert.Equal(made.Id, HomeFolder.Open(_path).Id);
        Assert.Equal(made.Id, HomeFolder.Look(_path).Id);
        Assert.Equal(["id"], Directory.EnumerateFileSystemEntries(_path).Select(Path.GetFileName));
    }

    [Fact]
    public void Of_many_that_make_a_home_at_once_all_get_one_id()
    {
        var ids = new string[8];
        Parallel.For(0, ids.Length, i => ids[i] = HomeFolder.Open(_path).Id);
        Assert.Single(ids.Distinct());
        Assert.Equal(["id"], Directory.EnumerateFileSystemEntries(_path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef0")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("../../etc/passwd")]
    public void An_id_that_is_none_is_refused_by_whoever_opens_and_whoever_looks(string id)
    {
        File.WriteAllText(Path.Combine(_path, "id"), id);
        var opened = Assert.Throws<HomeException>(() => HomeFolder.Open(_path));
        Assert.Contains(Path.Combine(_path, "id"), opened.Message, StringComparison.Ordinal);
        Assert.NotNull(opened.Remedy);
        Assert.Throws<HomeException>(() => HomeFolder.Look(_path));
    }
}
