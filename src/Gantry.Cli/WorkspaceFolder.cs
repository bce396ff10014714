namespace Gantry.Cli;

/// <summary>Finds the workspace around a folder.</summary>
internal static class WorkspaceFolder
{
    public const string FileName = "gantry.toml";

    /// <summary>The nearest folder with a <c>gantry.toml</c>, from the given one up; null where there is none.</summary>
    public static string? Find(string start)
    {
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, FileName)))
            {
                return folder;
            }
        }

        return null;
    }
}
