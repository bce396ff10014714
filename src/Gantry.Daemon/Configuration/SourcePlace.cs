namespace Gantry.Daemon.Configuration;

/// <summary>A place in a text that somebody wrote.</summary>
/// <param name="File">The file as the user would name it.</param>
/// <param name="Line">From 1; 0 where the whole file is meant.</param>
/// <param name="Column">From 1, in Unicode scalar values; 0 where the whole file is meant.</param>
internal sealed record SourcePlace(string File, int Line, int Column)
{
    /// <summary>A file, or something else with a name and no lines, such as a variable of the environment.</summary>
    public static SourcePlace Whole(string file) => new(file, 0, 0);

    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}" : File;
}
