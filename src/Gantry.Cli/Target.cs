using System.Collections.Immutable;
using Gantry.Cli.Failures;
using Gantry.Daemon.Workspaces.Configuration;

namespace Gantry.Cli;

/// <summary>What a command is about: the workspace's folder, and services in it.</summary>
/// <param name="Folder">Absolute; null where no folder was named and none was found around the current one.</param>
internal sealed record Target(string? Folder, ImmutableArray<string> Services)
{
    /// <summary>Where it was looked for.</summary>
    private string From { get; init; } = "";

    /// <summary>Whether an argument names a folder: it contains a slash, or is <c>.</c> or <c>..</c>.</summary>
    public static bool IsFolder(string argument) => argument.Contains('/') || argument is "." or "..";

    /// <summary>Tells folders from services.</summary>
    /// <param name="from">The folder of <c>-C</c>, absolute, or the current one.</param>
    /// <param name="isKnown">Whether a folder that is gone was a workspace's that is still up.</param>
    /// <exception cref="CliException">Several folders were named, or one that is not there.</exception>
    public static Target Of(string from, IReadOnlyList<string> arguments, Func<string, bool>? isKnown = null)
    {
        var folders = arguments.Where(IsFolder).Distinct().ToList();
        var services = arguments.Where(argument => !IsFolder(argument)).Distinct().ToImmutableArray();
        return folders switch
        {
            [] => new Target(WorkspaceFolder.Find(Existing(from)), services) { From = from },
            [var one] => new Target(Existing(Path.TrimEndingDirectorySeparator(Path.GetFullPath(one, from)), isKnown), services),
            _ => throw CliException.Usage("several-folders", $"{folders.Count} folders are named: {string.Join(", ", folders)}", "name one workspace at a time"),
        };
    }

    /// <summary>The folder, which must be known.</summary>
    /// <exception cref="CliException">None was named and none was found.</exception>
    public string RequireFolder() => Folder ?? throw CliException.Usage(
        "no-workspace", $"there is no gantry.toml in {From} or above it", "go to a workspace, or name its folder: gantry … ./folder");

    private static string Existing(string folder, Func<string, bool>? isKnown = null) => Directory.Exists(folder) || isKnown?.Invoke(folder) == true
        ? folder
        : throw CliException.Usage(
            "no-folder", File.Exists(folder) ? $"{folder} is a file, not a workspace's folder" : $"there is no folder {folder}", "name the folder that has the gantry.toml");
}
