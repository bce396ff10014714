using System.Text;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>
/// The published product under another version: a copy whose build id, which <c>./gantry</c> compiled into it, is another
/// one of the same length. Everything else about it is a real daemon, a real guardian and a real command.
/// </summary>
internal static class OtherBuild
{
    /// <summary>Makes the copy.</summary>
    /// <returns>Its executable, and the version that it says it has.</returns>
    public static async Task<(string Program, string Version)> MakeAsync(GantryHome home, CancellationToken ct)
    {
        var original = await Programs.GantryAsync();
        var version = (await home.Cli.RunAsync(["version", "--json"], ct)).ShouldExit(0).Json().GetProperty("version").GetString()!;
        var build = version[(version.IndexOf('+', StringComparison.Ordinal) + 1)..];
        var other = "0ld" + build[3..];
        var folder = home.Beside("older");
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(original)!))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var assembly = Path.Combine(folder, "Gantry.Daemon.dll");
        var bytes = await File.ReadAllBytesAsync(assembly, ct);
        var found = 0;
        for (var at = 0; (at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(version))) >= 0; found++)
        {
            Encoding.UTF8.GetBytes(version.Replace(build, other, StringComparison.Ordinal)).CopyTo(bytes, at);
        }

        Assert.True(found > 0, $"{assembly} does not hold its version {version}");
        await File.WriteAllBytesAsync(assembly, bytes, ct);
        return (Path.Combine(folder, Path.GetFileName(original)), version.Replace(build, other, StringComparison.Ordinal));
    }
}
