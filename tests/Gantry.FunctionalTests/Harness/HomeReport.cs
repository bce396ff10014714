using System.Text;
using System.Text.Json;

namespace Gantry.FunctionalTests.Harness;

/// <summary>All that is known of a home, as text for the message of a test that failed.</summary>
internal static class HomeReport
{
    private const int TailBytes = 8 * 1024;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<string> OfAsync(GantryHome home, CancellationToken ct)
    {
        var report = new StringBuilder();
        Section(report, "left in " + home.Path, string.Join('\n', home.Survivors.Find()));
        Section(report, "/api/doctor", await AskAsync(home, "/api/doctor", ct));
        foreach (var id in await WorkspacesAsync(home, ct))
        {
            Section(report, $"/api/workspaces/{id}", await AskAsync(home, $"/api/workspaces/{id}", ct));
        }

        Section(report, "gantry serve", await TailAsync(home.ServeLog, ct));
        Section(report, "daemon.log", await TailAsync(home.File("daemon.log"), ct));
        Section(report, "guardian.log", await TailAsync(home.File("guardian.log"), ct));
        if (Directory.Exists(home.File("logs")))
        {
            foreach (var log in Directory.EnumerateFiles(home.File("logs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                Section(report, Path.GetRelativePath(home.Path, log), await TailAsync(log, ct));
            }
        }

        return report.ToString();
    }

    /// <summary>The end of a file; nothing where there is none.</summary>
    public static async Task<string> TailAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            return "";
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(file.Length, TailBytes), SeekOrigin.End);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(ct);
    }

    private static void Section(StringBuilder report, string title, string text) =>
        report.Append("=== ").AppendLine(title).AppendLine(text.Length == 0 ? "(nothing)" : text.TrimEnd('\n'));

    private static async Task<IReadOnlyList<string>> WorkspacesAsync(GantryHome home, CancellationToken ct)
    {
        try
        {
            return [.. (await home.Client.GetAsync("/api/workspaces", ct)).EnumerateArray().Select(workspace => workspace.GetProperty("id").GetString()!)];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException)
        {
            return [];
        }
    }

    private static async Task<string> AskAsync(GantryHome home, string path, CancellationToken ct)
    {
        try
        {
            return JsonSerializer.Serialize(await home.Client.GetAsync(path, ct), Indented);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException)
        {
            return $"no answer: {e.Message}";
        }
    }
}
