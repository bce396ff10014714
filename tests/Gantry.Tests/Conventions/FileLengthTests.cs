using Xunit;

namespace Gantry.Tests.Conventions;

public sealed class FileLengthTests
{
    private const int TooLong = 500;
    private const int Suspicious = 300;

    private static readonly string[] Folders = ["src", "tests", "bench", "web", "examples"];
    private static readonly string[] Endings = [".cs", ".ts", ".tsx", ".css"];

    [Fact]
    public void No_source_file_is_longer_than_five_hundred_lines()
    {
        var lengths = SourceFiles()
            .Select(file => (file.Path, Lines: file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1))
            .OrderByDescending(file => file.Lines)
            .ToList();
        foreach (var (path, lines) in lengths.Where(file => file.Lines > Suspicious))
        {
            TestContext.Current.AddWarning($"{path} has {lines} lines: which second idea has moved in?");
        }

        var tooLong = lengths.Where(file => file.Lines > TooLong).Select(file => $"{file.Path} has {file.Lines} lines");
        Faults.None(tooLong);
    }

    private static IEnumerable<RepositoryFile> SourceFiles() =>
        from folder in Folders
        from ending in Endings
        from file in Repository.Files(folder, ending)
        select file;
}
