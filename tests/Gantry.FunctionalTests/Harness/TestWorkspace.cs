using System.Text.Json;

namespace Gantry.FunctionalTests.Harness;

/// <summary>A folder with a workspace's file, for one test.</summary>
internal sealed class TestWorkspace
{
    private TestWorkspace(string folder) => Folder = folder;

    public string Folder { get; }

    public string Name => Path.GetFileName(Folder);

    public static async Task<TestWorkspace> CreateAsync(string folder, string toml, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var workspace = new TestWorkspace(folder);
        await workspace.WriteAsync(toml, ct);
        return workspace;
    }

    /// <summary>A <c>command</c> that runs the test program: <c>command = {TestWorkspace.Run("serve")}</c>.</summary>
    public static string Run(params string[] arguments) => $"[{string.Join(", ", arguments.Prepend(Programs.TestApp).Select(Quote))}]";

    /// <summary>Writes the workspace's file anew.</summary>
    public Task WriteAsync(string toml, CancellationToken ct) => WriteAsync("gantry.toml", toml, ct);

    public async Task WriteAsync(string file, string text, CancellationToken ct)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, ct);
    }

    /// <summary>A basic string of TOML escapes as JSON does, for whatever a path or an argument may hold.</summary>
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
