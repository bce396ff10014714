using System.Reflection;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// Which build this is. A command and a daemon of different builds do not talk: the daemon is replaced first.
/// </summary>
public static class BuildVersion
{
    /// <summary>The header in which a command says which build it is.</summary>
    public const string Header = "Gantry-Version";

    private const int IdCharacters = 8;

    private static readonly string[] Parts =
        (typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+', 2);

    /// <summary>For people: <c>0.1.0</c>.</summary>
    public static string Number => Parts[0];

    /// <summary>
    /// For comparison: the number with the hash of the sources, which <c>./gantry</c> hands to its build; in a build
    /// without one, with the compiler's id of this module.
    /// </summary>
    public static string Current { get; } =
        $"{Parts[0]}+{(Parts.Length > 1 ? Parts[1] : typeof(BuildVersion).Module.ModuleVersionId.ToString("N")[..IdCharacters])}";
}
