using Gantry.Tests.Conventions;

namespace Gantry.FunctionalTests.Harness;

/// <summary>The executables that the tests run.</summary>
internal static class Programs
{
    private static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(10);

    private static readonly Lazy<Task<string>> LazyGantry = new(FindGantryAsync);

    /// <summary>The test program, built beside this assembly: <c>artifacts/bin/&lt;project&gt;/&lt;configuration&gt;/</c>.</summary>
    public static string TestApp { get; } = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "Gantry.TestApp", new DirectoryInfo(AppContext.BaseDirectory).Name, "testapp"));

    /// <summary>
    /// The product as users run it, published by <c>./gantry</c>: <c>GANTRY_EXE</c> where <c>./test</c> has published it,
    /// else published now, where the sources are newer.
    /// </summary>
    public static Task<string> GantryAsync() => LazyGantry.Value;

    private static async Task<string> FindGantryAsync()
    {
        if (Environment.GetEnvironmentVariable("GANTRY_EXE") is { Length: > 0 } published)
        {
            return published;
        }

        var build = new Command(Repository.Absolute("gantry")) { Environment = { ["GANTRY_BUILD"] = "only" }, Patience = BuildPatience };
        var result = await build.RunAsync(CancellationToken.None);
        return Path.Combine(result.ShouldExit(0).Stdout.Trim(), "gantry");
    }
}
