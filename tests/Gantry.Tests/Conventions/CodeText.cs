namespace Gantry.Tests.Conventions;

/// <summary>
/// C# text with its comments and the contents of its literals blanked out, every other character at its place: what is
/// left is code, so that a word in a message or a docstring is not taken for a call. The code in the holes of
/// interpolated strings stays.
/// </summary>
internal static class CodeText
{
    public static string Of(string source)
    {
        var scanner = new Scanner(source);
        scanner.Code(inHole: false);
        return scanner.Text;
    }

    private sealed class Scanner(string source)
    {
        private readonly char[] _code = source.ToCharArray();
        private int _at;

        public string Text => new(_code);

        /// <summary>Reads code up to the end, or up to the brace that closes the hole it stands in.</summary>
        public void Code(bool inHole)
        {
            var depth = 0;
            while (_at < source.Length)
            {
                switch (source[_at])
                {
                    case '/' when Next('/'):
                        Blank(EndOf("\n", _at) - 1);
                        break;
                    case '/' when Next('*'):
                        Blank(EndOf("*/", _at + 2));
                        break;
                    case '\'':
                        CharacterLiteral();
                        break;
                    case '"' or '$' or '@' when StringStart() is { } start:
                        String(start);
                        break;
                    case '{':
                        depth++;
                        _at++;
                        break;
                    case '}' when inHole && depth == 0:
                        return;
                    case '}':
                        depth--;
                        _at++;
                        break;
                    default:
                        _at++;
                        break;
                }
            }
        }

        private bool Next(char character) => _at + 1 < source.Length && source[_at + 1] == character;

        /// <summary>Where the text after the next occurrence begins; the end of the source where there is none.</summary>
        private int EndOf(string text, int from)
        {
            var found = source.IndexOf(text, from, StringComparison.Ordinal);
            return found < 0 ? source.Length + (text == "\n" ? 1 : 0) : found + text.Length;
        }

        private void Blank(int end)
        {
            for (; _at < end; _at++)
            {
                if (_code[_at] != '\n')
                {
                    _code[_at] = ' ';
                }
            }
        }

        private void CharacterLiteral()
        {
            var end = _at + 1;
            while (end < source.Length && source[end] is not ('\'' or '\n'))
            {
                end += source[end] == '\\' ? 2 : 1;
            }

            Blank(Math.Min(end + 1, source.Length));
        }

        /// <summary>How a string begins here: its dollar signs, whether it is verbatim, and its quotes; null where none begins.</summary>
        private (int Dollars, bool Verbatim, int Quotes)? StringStart()
        {
            var at = _at;
            int dollars = 0, quotes = 0;
            var verbatim = false;
            for (; at < source.Length && source[at] is '$' or '@'; at++)
            {
                dollars += source[at] == '$' ? 1 : 0;
                verbatim |= source[at] == '@';
            }

            for (; at + quotes < source.Length && source[at + quotes] == '"'; quotes++)
            {
            }

            return quotes == 0 ? null : (dollars, verbatim, quotes);
        }

        private void String((int Dollars, bool Verbatim, int Quotes) start)
        {
            var raw = !start.Verbatim && start.Quotes >= 3;
            var quotes = raw ? start.Quotes : 1;
            var prefix = start.Dollars + (start.Verbatim ? 1 : 0);
            Blank(_at + prefix + quotes);
            while (_at < source.Length)
            {
                var run = RunOf('"');
                var braces = start.Dollars > 0 ? RunOf('{') : 0;
                if (braces > 0 && OpensHole(braces, start.Dollars, raw))
                {
                    Blank(_at + braces);
                    Code(inHole: true);
                    Blank(Math.Min(_at + (raw ? start.Dollars : 1), source.Length));
                }
                else if (braces > 0)
                {
                    Blank(_at + braces);
                }
                else if (run >= quotes && (!start.Verbatim || run % 2 == 1))
                {
                    Blank(_at + (raw || start.Verbatim ? run : 1));
                    return;
                }
                else
                {
                    var escape = !raw && !start.Verbatim && source[_at] == '\\';
                    Blank(Math.Min(_at + Math.Max(run, escape ? 2 : 1), source.Length));
                }
            }
        }

        private static bool OpensHole(int braces, int dollars, bool raw) => raw ? braces >= dollars : braces % 2 == 1;

        private int RunOf(char character)
        {
            var end = _at;
            while (end < source.Length && source[end] == character)
            {
                end++;
            }

            return end - _at;
        }
    }
}
