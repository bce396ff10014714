namespace Gantry.Cli;

/// <summary>The command that is this very program, for the daemon and the guardian that it starts.</summary>
internal static class OwnCommand
{
    /// <summary>Its own executable, or the runtime with its assembly where it was started so.</summary>
    public static string[] Words()
    {
        var path = Environment.ProcessPath ?? throw new InvalidOperationException("a process without a path");
        return Path.GetFileNameWithoutExtension(path) == "dotnet" ? [path, Path.Combine(AppContext.BaseDirectory, "gantry.dll")] : [path];
    }
}
