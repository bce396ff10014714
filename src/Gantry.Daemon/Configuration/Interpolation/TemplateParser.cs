using System.Collections.Immutable;
using System.Text;

namespace Gantry.Daemon.Configuration.Interpolation;

/// <summary>Takes text with <c>${…}</c> apart, in one pass.</summary>
internal sealed class TemplateParser
{
    /// <summary>How deep defaults may lie in defaults.</summary>
    private const int MaxDepth = 16;

    private readonly string _text;
    private readonly Func<int, SourcePlace> _placeOf;
    private readonly DiagnosticList _diagnostics;
    private int _at;
    private int _opened;

    // Set with the fault that makes the rest of the text meaningless, so that it stays the only one.
    private bool _abandoned;

    private TemplateParser(string text, Func<int, SourcePlace> placeOf, DiagnosticList diagnostics)
    {
        _text = text;
        _placeOf = placeOf;
        _diagnostics = diagnostics;
    }

    /// <param name="placeOf">The place of the n-th <c>${</c> of the text, from 0.</param>
    /// <returns>Null where the text is faulty; the faults are in the list then.</returns>
    public static Template? Parse(string text, Func<int, SourcePlace> placeOf, DiagnosticList diagnostics)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return Template.Literal(text);
        }

        var parts = new TemplateParser(text, placeOf, diagnostics).ReadParts(depth: 0);
        return parts is null ? null : new Template(text, parts.Value);
    }

    /// <summary>Reads to the end of the text or, inside a default, to the brace that closes it.</summary>
    private ImmutableArray<TemplatePart>? ReadParts(int depth)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var literal = new StringBuilder();
        var sound = true;
        while (_at < _text.Length && !(depth > 0 && _text[_at] == '}'))
        {
            if (Next("$${"))
            {
                literal.Append("${");
                _at += 3;
                _opened++;
            }
            else if (Next("${"))
            {
                Flush(parts, literal);
                if (ReadReference(depth) is { } reference)
                {
                    parts.Add(reference);
                }
                else
                {
                    sound = false;
                }
            }
            else
            {
                literal.Append(_text[_at++]);
            }
        }

        Flush(parts, literal);
        return sound ? parts.ToImmutable() : null;
    }

    private ReferencePart? ReadReference(int depth)
    {
        var start = _at;
        var place = _placeOf(_opened++);
        _at += 2;
        var nameEnd = _text.AsSpan(_at).IndexOfAny(":}{$\n");
        if (nameEnd < 0 || _text[_at + nameEnd] is '{' or '$' or '\n')
        {
            return Unclosed(start, place);
        }

        var name = _text.Substring(_at, nameEnd);
        _at += nameEnd;
        if (_text[_at] == '}')
        {
            _at++;
            return ReferenceName.Read(name, place, _diagnostics);
        }

        return ReadOperator(name, start, place, depth);
    }

    /// <summary>Reads what follows the colon: a default or a message.</summary>
    private VariableReference? ReadOperator(string name, int start, SourcePlace place, int depth)
    {
        if (depth == MaxDepth)
        {
            return Abandon(place, $"defaults lie more than {MaxDepth} deep in each other", null);
        }

        var symbol = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
        _at = Math.Min(_at + 2, _text.Length);
        var body = _at;
        var parts = ReadParts(depth + 1);
        if (_abandoned)
        {
            return null;
        }

        if (_at >= _text.Length)
        {
            return Unclosed(start, place);
        }

        var written = _text[body.._at++];
        if (symbol is not ('-' or '?'))
        {
            _diagnostics.Error(place, $"${{{name}:{symbol}…}} is not a form of reference", "the forms are ${NAME}, ${NAME:-default} and ${NAME:?message}");
            return null;
        }

        if (!ReferenceName.IsVariable(name))
        {
            _diagnostics.Error(place, $"\"{name}\" cannot have a default or a message: only variables can");
            return null;
        }

        if (parts is null)
        {
            return null;
        }

        return symbol == '-'
            ? new VariableReference(name, new Template(written, parts.Value), null, place)
            : new VariableReference(name, null, written, place);
    }

    private VariableReference? Unclosed(int start, SourcePlace place) =>
        Abandon(place, $"{Found.Quote(_text[start..])} has no closing brace", "close it with }, or write $${ for a literal ${");

    private VariableReference? Abandon(SourcePlace place, string message, string? help)
    {
        _diagnostics.Error(place, message, help);
        _abandoned = true;
        _at = _text.Length;
        return null;
    }

    private bool Next(string expected) => string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    private static void Flush(ImmutableArray<TemplatePart>.Builder parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new LiteralPart(literal.ToString()));
            literal.Clear();
        }
    }
}
