namespace Gantry.Cli.Output;

/// <summary>What a piece of text means; the few colours follow from it.</summary>
internal enum Tone
{
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>On its way.</summary>
    Busy,

    /// <summary>Not as it should be.</summary>
    Bad,

    /// <summary>Of less weight than what stands beside it.</summary>
    Quiet,

    Strong,
}

/// <summary>Puts text into colour, or leaves it as it is.</summary>
/// <param name="colours">Whether there are colours at all.</param>
internal sealed class Palette(bool colours)
{
    public static readonly Palette None = new(false);

    public bool HasColours => colours;

    /// <summary>The basic colours of ECMA-48, which a terminal's theme makes readable on its background; none of the bright ones.</summary>
    public string Paint(Tone tone, string text) => !colours || tone == Tone.Plain || text.Length == 0
        ? text
        : $"\e[{Code(tone)}m{text}\e[0m";

    private static string Code(Tone tone) => tone switch
    {
        Tone.Good => "32",
        Tone.Busy => "33",
        Tone.Bad => "31",
        Tone.Quiet => "2",
        _ => "1",
    };
}
