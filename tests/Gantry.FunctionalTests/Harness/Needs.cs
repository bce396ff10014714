using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>What a test needs of its host; where that is not to be had it is skipped, and the reason is printed.</summary>
internal static class Needs
{
    public static void Tool(string name) => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name))),
        $"{name} is not installed; ./test installs it where it may");

    public static void Root() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may do this");
}
