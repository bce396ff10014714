using System.Collections.Immutable;
using System.Text;

namespace Gantry.Daemon.Configuration;

/// <summary>A variable of a dotenv file and where its name stands.</summary>
internal sealed record DotEnvVariable(string Name, string Value, SourcePlace Place);

/// <summary>
/// Reads dotenv files. A line is <c>NAME=value</c>, with or without <c>export</c> in front, or empty, or a comment after
/// <c>#</c>. A value without quotes ends at the end of its line or at a <c>#</c> after white space. In single quotes
/// everything is literal. In double quotes a value may have several lines, <c>\n \r \t \" \\ \$</c> are escapes, and
/// before any other character a backslash is itself. Nothing is interpolated.
/// </summary>
internal sealed partial class DotEnv
{
    private readonly string _text;
    private readonly string _file;
    private readonly DiagnosticList _diagnostics;
    private readonly ImmutableArray<DotEnvVariable>.Builder _variables = ImmutableArray.CreateBuilder<DotEnvVariable>();
    private int _at;
    private int _line = 1;
    private int _lineStart;

    private DotEnv(string text, string file, DiagnosticList diagnostics)
    {
        _text = text;
        _file = file;
        _diagnostics = diagnostics;
    }

    /// <summary>The variables in the order of the file; of two with one name both are given, and the later one counts.</summary>
    public static ImmutableArray<DotEnvVariable> Parse(ReadOnlySpan<byte> utf8, string file, DiagnosticList diagnostics)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
        {
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        }

        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            diagnostics.Error(SourcePlace.Whole(file), "the file is not UTF-8");
            return [];
        }

        var parser = new DotEnv(text, file, diagnostics);
        parser.ReadLines();
        return parser._variables.ToImmutable();
    }

    private void ReadLines()
    {
        while (_at < _text.Length)
        {
            SkipBlanks();
            if (!AtLineEnd() && _text[_at] != '#')
            {
                ReadVariable();
            }

            SkipLine();
        }
    }

    private void ReadVariable()
    {
        if (_text.AsSpan(_at).StartsWith("export ") || _text.AsSpan(_at).StartsWith("export\t"))
        {
            _at += "export ".Length;
            SkipBlanks();
        }

        var place = Here();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.' or '-'))
        {
            _at++;
        }

        var name = _text[start.._at];
        SkipBlanks();
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || AtLineEnd() || _text[_at] != '=')
        {
            Fault(name.Length == 0 || char.IsAsciiDigit(name[0]) ? place : Here(), "expected NAME=value", "names have letters, digits and _; comments begin with #");
            return;
        }

        _at++;
        SkipBlanks();
        if (ReadValue() is { } value)
        {
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                Fault(place, $"{name}: U+0000 cannot be handed to a program");
                return;
            }

            _variables.Add(new DotEnvVariable(name, value, place));
        }
    }

    private bool AtLineEnd() => _at >= _text.Length || _text[_at] == '\n' || (_text[_at] == '\r' && (_at + 1 == _text.Length || _text[_at + 1] == '\n'));

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }

    private void SkipLine()
    {
        while (_at < _text.Length)
        {
            if (_text[_at++] == '\n')
            {
                NextLine();
                return;
            }
        }
    }

    private void NextLine()
    {
        _line++;
        _lineStart = _at;
    }

    private SourcePlace Here()
    {
        var column = 1;
        for (var i = _lineStart; i < _at; i++)
        {
            column += char.IsLowSurrogate(_text[i]) ? 0 : 1;
        }

        return new SourcePlace(_file, _line, column);
    }

    private void Fault(SourcePlace place, string message, string? help = null) => _diagnostics.Error(place, message, help);
}
