namespace Gantry.Daemon.Workspaces.Configuration;

/// <summary>A folder with a <c>gantry.toml</c>.</summary>
public static class WorkspaceFolder
{
    public const string FileName = "gantry.toml";

    /// <summary>The nearest workspace: the folder itself or the first one above it that has a <c>gantry.toml</c>; null where none has.</summary>
    public static string? Find(string startDirectory)
    {
        for (var folder = new DirectoryInfo(startDirectory); folder is not null; folder = folder.Parent)
        {
            // A folder of that name is found, too, and told to be none of ours to read.
            if (Path.Exists(Path.Combine(folder.FullName, FileName)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
