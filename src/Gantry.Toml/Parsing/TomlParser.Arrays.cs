namespace Gantry.Toml.Parsing;

/// <summary>Arrays, and what arrays and inline tables have in common.</summary>
internal sealed partial class TomlParser
{
    private int _openArrays;
    private int _openBraces;

    private TomlArray ParseArray(int depth)
    {
        var start = _position++;
        var givenUp = _errors.GivenUp;
        var items = new List<TomlValue>();
        _openArrays++;
        while (SkipInsideArray(start, givenUp) && !TryCloseArray(start))
        {
            if (Current == ',')
            {
                _errors.Add(new TomlSpan(_position, 1), "a value is missing before this comma");
                _position++;
                continue;
            }

            var givenUpBefore = _errors.GivenUp;
            var value = ParseValue(depth + 1);
            if (value is not null)
            {
                items.Add(value);
            }

            if (_unwinding || !SkipInsideArray(start, givenUp))
            {
                break;
            }

            ReadComma(isDoubtful: value is null || _errors.GivenUp > givenUpBefore, "value", ']');
        }

        _openArrays--;
        return new TomlArray(items.ToArray(), SpanFrom(start));
    }

    /// <summary>Goes to the next item. Where the array is not closed: reports it, begins to unwind, and returns false.</summary>
    private bool SkipInsideArray(int start, int givenUp)
    {
        if (SkipInsideBrackets(keysAreStatements: true))
        {
            return true;
        }

        ReportUnclosed(start, givenUp, "array", ']');
        return false;
    }

    /// <summary>Reads the closing bracket, or finds that an enclosing brace is closed before it.</summary>
    private bool TryCloseArray(int start)
    {
        if (Current == ']')
        {
            _position++;
            return true;
        }

        if (Current != '}')
        {
            return false;
        }

        _errors.AddLastOfLine(
            new TomlSpan(_position, 1), $"the array that begins at line {_errors.LineOf(start)} is closed by \"]\", not by \"}}\"");
        _position += _openBraces > 0 ? 0 : 1;
        return true;
    }

    private void ReportUnclosed(int start, int givenUp, string what, char closing)
    {
        // After text that was given up the bracket may well have been there.
        if (_errors.GivenUp == givenUp)
        {
            _errors.Add(new TomlSpan(start, 1), UnclosedMessage(what, closing));
        }

        _unwinding = true;
    }

    private static string UnclosedMessage(string what, char closing) => $"this {what} is never closed: add \"{closing}\" at its end";

    /// <summary>
    /// Reads the comma after an item; at a closing bracket there need not be one. If it is missing, goes on with the
    /// item that follows without one, or with what comes after the text that makes no sense.
    /// </summary>
    private void ReadComma(bool isDoubtful, string what, char closing)
    {
        if (Current == ',')
        {
            _position++;
            return;
        }

        if (Current is ']' or '}')
        {
            return;
        }

        if (LooksLikeItem(closing))
        {
            if (!isDoubtful)
            {
                _errors.AddLastOfLine(new TomlSpan(_position, 1), $"a comma is missing before this {what}");
            }

            return;
        }

        var junk = Until(Characters.ItemEnd, _position);
        var span = new TomlSpan(_position, Math.Max(junk.TrimEnd(" \t").Length, 1));
        if (!isDoubtful)
        {
            _errors.AddLastOfLine(span, $"expected \",\" or \"{closing}\", found {Excerpt.Quote(Slice(span))}");
        }

        _position += Math.Max(junk.Length, 1);
    }

    private bool LooksLikeItem(char closing) => closing == '}' ? LooksLikeKeyValue(_position) : LooksLikeValue(_position);
}
