using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces.Configuration.Keys;
using Gantry.Toml;

namespace Gantry.Daemon.Workspaces.Configuration;

/// <summary>Reads and binds <c>gantry.toml</c>.</summary>
internal static class WorkspaceFile
{
    private const string Smallest = "a file as small as this is enough:\n\n    [services.web]\n    command = \"python3 -m http.server $PORT\"\n";

    /// <summary>The workspace as written, or null where there is no file to read.</summary>
    public static async Task<WorkspaceConfig?> ReadAsync(string folder, DiagnosticList diagnostics, CancellationToken ct)
    {
        var file = await BoundedFile.ReadAsync(Path.Combine(folder, WorkspaceFolder.FileName), ct);
        if (file.Sound)
        {
            return Bind(TomlDocument.Parse(file.Bytes), WorkspaceFolder.FileName, diagnostics);
        }

        if (file.Missing)
        {
            var message = Directory.Exists(folder) ? $"there is no {WorkspaceFolder.FileName} in {folder}" : $"the folder {folder} does not exist";
            diagnostics.Error(SourcePlace.Whole(WorkspaceFolder.FileName), message, Directory.Exists(folder) ? Smallest : "name the folder that has the gantry.toml");
        }
        else
        {
            var isFolder = Directory.Exists(Path.Combine(folder, WorkspaceFolder.FileName));
            diagnostics.Error(SourcePlace.Whole(WorkspaceFolder.FileName), isFolder ? $"{WorkspaceFolder.FileName} in {folder} is a folder, not a file" : $"the file {file.Fault}", isFolder ? "write a file of that name" : null);
        }

        return null;
    }

    public static WorkspaceConfig Bind(TomlDocument document, string fileName, DiagnosticList diagnostics)
    {
        var binding = new Binding(document, fileName, diagnostics);
        var config = WorkspaceKeys.File.TryRead(document.Root, "", binding, out var bound) ? bound : new WorkspaceConfig();
        return config with { FileName = fileName, UnreadableLines = binding.UnreadableLines };
    }
}
