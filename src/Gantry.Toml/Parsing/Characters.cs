using System.Buffers;

namespace Gantry.Toml.Parsing;

/// <summary>The classes of characters that the grammar knows.</summary>
internal static class Characters
{
    private const string ControlsButTab =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000A\u000B\u000C\u000D\u000E\u000F"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F";

    /// <summary>What a key may consist of without quotes.</summary>
    public static readonly SearchValues<char> Bare =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Digits, and the underscores that may stand between them.</summary>
    public static readonly SearchValues<char> DecimalDigits = SearchValues.Create("0123456789_");

    public static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>What ends a comment, or must not be in one.</summary>
    public static readonly SearchValues<char> Controls = SearchValues.Create(ControlsButTab);

    /// <summary>What is not simply itself in a string in double quotes.</summary>
    public static readonly SearchValues<char> BasicSpecial = SearchValues.Create(ControlsButTab + "\"\\");

    /// <summary>What is not simply itself in a string in single quotes.</summary>
    public static readonly SearchValues<char> LiteralSpecial = SearchValues.Create(ControlsButTab + "'");

    /// <summary>What ends a number, a date or a boolean.</summary>
    public static readonly SearchValues<char> TokenEnd = SearchValues.Create(" \t\r\n,]}#=");

    /// <summary>What ends a header's name, whatever else is wrong with it.</summary>
    public static readonly SearchValues<char> HeaderEnd = SearchValues.Create("\r\n]#");

    /// <summary>What ends unquoted text that should have been a string, inside brackets.</summary>
    public static readonly SearchValues<char> ItemEnd = SearchValues.Create("\r\n,]}#");

    /// <summary>What ends unquoted text that should have been a string, outside of brackets.</summary>
    public static readonly SearchValues<char> LineEnd = SearchValues.Create("\r\n#");
}
