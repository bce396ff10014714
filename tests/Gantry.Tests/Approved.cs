using System.Runtime.CompilerServices;
using Xunit;

namespace Gantry.Tests;

/// <summary>
/// Compares text with a file kept beside the test, <c>approved/&lt;name&gt;.txt</c>. With <c>GANTRY_APPROVE=1</c> the file is
/// written instead, to be read before it is committed.
/// </summary>
internal static class Approved
{
    public static void Verify(string name, string actual, [CallerFilePath] string testFile = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(testFile)!, "approved", name + ".txt");
        if (Environment.GetEnvironmentVariable("GANTRY_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"{path} is missing; run the test with GANTRY_APPROVE=1 and read what it writes");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
