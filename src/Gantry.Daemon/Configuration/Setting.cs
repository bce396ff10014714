namespace Gantry.Daemon.Configuration;

/// <summary>A value and where it came from.</summary>
internal sealed record Setting<T>(T Value, Origin Origin)
{
    /// <summary>Whether nobody said so: the value stands on its property.</summary>
    public bool IsDefault => Origin.Kind == OriginKind.Default;

    /// <summary>Where it is written, for diagnostics; the file's name alone where it is not written anywhere.</summary>
    public SourcePlace Place => Origin.Place;
}

internal static class Setting
{
    /// <summary>A value that nobody wrote. Defaults stand on the properties of the config records and nowhere else.</summary>
    public static Setting<T> Default<T>(T value) => new(value, Origin.Default);

    public static Setting<T> At<T>(T value, Origin origin) => new(value, origin);
}

internal enum OriginKind
{
    Default,

    /// <summary>A configuration file.</summary>
    File,

    /// <summary>A <c>.env</c> file.</summary>
    DotEnv,

    /// <summary>A file that a service's <c>env_file</c> names.</summary>
    EnvFile,

    /// <summary>A variable of somebody's environment.</summary>
    Environment,

    /// <summary>An option of the command line.</summary>
    Flag,

    /// <summary>Computed and handed in by Gantry: addresses of other services, sticky ports.</summary>
    Injected,
}

/// <summary>Where a value came from.</summary>
/// <param name="Kind">The layer.</param>
/// <param name="Place">The place in that layer.</param>
/// <param name="Note">What else took part, for people: the variables that were filled in, why it was injected.</param>
internal sealed record Origin(OriginKind Kind, SourcePlace Place, string? Note = null)
{
    public static readonly Origin Default = new(OriginKind.Default, SourcePlace.Whole("default"));

    public static Origin InFile(SourcePlace place) => new(OriginKind.File, place);

    public static Origin Injected(string why) => new(OriginKind.Injected, SourcePlace.Whole("injected"), why);

    public static Origin Variable(string name) => new(OriginKind.Environment, SourcePlace.Whole($"environment variable {name}"));

    public static Origin CommandLine(string option) => new(OriginKind.Flag, SourcePlace.Whole($"option {option}"));

    /// <summary>One line: <c>gantry.toml:12:9</c>, <c>default</c>, <c>injected: sticky port</c>.</summary>
    public override string ToString() => Note is null ? $"{Place}" : $"{Place}{(Kind == OriginKind.Injected ? ": " : ", ")}{Note}";
}
