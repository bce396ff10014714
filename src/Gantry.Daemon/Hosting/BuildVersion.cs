using System.Reflection;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// Which build this is. A command and a daemon of different builds do not talk: the daemon is replaced first. The
/// compiler's module id is part of it, so that this also holds between two builds of one version.
/// </summary>
public static class BuildVersion
{
    /// <summary>The header in which a command says which build it is.</summary>
    public const string Header = "Gantry-Version";

    private const int IdCharacters = 8;

    /// <summary>For people: <c>0.1.0</c>.</summary>
    public static string Number { get; } =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>For comparison: <c>0.1.0+1a2b3c4d</c>.</summary>
    public static string Current { get; } =
        $"{Number}+{typeof(BuildVersion).Module.ModuleVersionId.ToString("N")[..IdCharacters]}";
}
