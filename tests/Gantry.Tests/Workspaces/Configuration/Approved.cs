using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

/// <summary>
/// Compares with text that somebody has read and found good, kept in <c>approved/</c>. With <c>GANTRY_APPROVE=1</c> in
/// the environment the files are written anew instead; read the difference before committing it.
/// </summary>
internal static class Approved
{
    public static bool Rewrites => Environment.GetEnvironmentVariable("GANTRY_APPROVE") == "1";

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gantry.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }

    public static string PathOf(string name) => Path.Combine(RepositoryRoot(), "tests", "Gantry.Tests", "Workspaces", "Configuration", "approved", name);

    public static void Equal(string name, string actual)
    {
        if (Rewrites)
        {
            File.WriteAllText(PathOf(name), actual);
        }

        Assert.Equal(File.ReadAllText(PathOf(name)), actual);
    }
}
