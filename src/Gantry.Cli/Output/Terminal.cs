namespace Gantry.Cli.Output;

/// <summary>What the terminal is taken to want.</summary>
internal static class Terminal
{
    /// <summary>Colours go to a terminal that can show them, unless NO_COLOR (no-color.org) says otherwise.</summary>
    public static bool WantsColours(bool isTerminal, Func<string, string?> variable) =>
        isTerminal && string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") is not ("dumb" or "" or null);
}
