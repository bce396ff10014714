using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>
/// Texts of a caller that end in a system call: one that cannot be handed over as it is (execve(2), environ(7)) is refused
/// before anything is done, rather than cut short there.
/// </summary>
internal static class CallerText
{
    /// <param name="what">The field that they stand in.</param>
    /// <exception cref="WorkloadException">One is missing, or contains U+0000.</exception>
    public static void CheckWords(string what, IEnumerable<string?> words)
    {
        foreach (var word in words)
        {
            if (word is null)
            {
                throw Bad($"{what}: null stands where a text is wanted");
            }

            if (word.Contains('\0'))
            {
                throw Bad($"{what}: U+0000 cannot be handed to a program");
            }
        }
    }

    /// <exception cref="WorkloadException">One has no name or no value, or one that no variable can have.</exception>
    public static void CheckVariables(string what, IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var (name, value) in variables)
        {
            CheckWords(what, [name]);
            if (name.Length == 0 || name.Contains('='))
            {
                throw Bad($"{what}: a variable cannot be called \"{name}\"");
            }

            CheckWords($"{what}, {name}", [value]);
        }
    }

    private static WorkloadException Bad(string message) => new(new Fault("bad-request", message));
}
