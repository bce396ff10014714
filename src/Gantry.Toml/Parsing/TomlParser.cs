namespace Gantry.Toml.Parsing;

/// <summary>
/// Reads a text line by line in one pass, straight into tables. It accepts the newest grammar and reports what the chosen
/// version does not have, and after a fault goes on at the next place whose meaning is certain. No stretch of the text is
/// looked at more than a fixed number of times, so time grows with the text's length alone, whatever is in it.
/// </summary>
internal sealed partial class TomlParser
{
    private readonly string _text;
    private readonly ErrorList _errors;
    private readonly TomlVersion _version;
    private readonly TableBuilder _root;

    private int _position;
    private TableBuilder _section;
    private int _junkEnd;

    // Set where what should have been closed was not, and the next statement begins: open brackets end without a word.
    private bool _unwinding;

    // Set where going on makes no sense.
    private bool _abandoned;

    public TomlParser(LineMap lines, ErrorList errors, TomlVersion version)
    {
        _text = lines.Text;
        _errors = errors;
        _version = version;
        _root = new TableBuilder(TableOrigin.Header, new TomlSpan(0, _text.Length), depth: 0);
        _section = _root;
    }

    private bool AtEnd => _position >= _text.Length || _abandoned || _errors.IsFull;

    private bool AtLineEnd => AtEnd || IsLineEnd(_position);

    /// <summary>The character at the position; NUL, which no document may contain, at the end.</summary>
    private char Current => AtEnd ? '\0' : _text[_position];

    public TomlTable Parse()
    {
        if (_text.StartsWith(LineMap.ByteOrderMark))
        {
            _position = 1;
        }

        while (!AtEnd)
        {
            ParseStatement();
        }

        return _root.Freeze();
    }

    private void ParseStatement()
    {
        _openArrays = _openBraces = 0;
        SkipSpaces();
        switch (Current)
        {
            case '[':
                ParseHeader();
                break;
            case '#':
            case '\n':
            case '\0' when AtEnd:
            case '\r' when AtLineEnd:
                break;
            default:
                ParseKeyValue();
                break;
        }

        if (_unwinding)
        {
            _unwinding = false;
            return;
        }

        FinishLine();
    }

    /// <summary>Reads <c>key = value</c>, up to the end of the value.</summary>
    private void ParseKeyValue()
    {
        switch (TryParseKey() ? ParseEquals() : SkipToValueOfBrokenKey())
        {
            case Separator.Found:
                ParseValueOf(_section);
                break;
            case Separator.AfterBrokenKey:
                ParseValue(_section.Depth + 1);
                break;
            case Separator.Missing when !_unwinding:
                SkipToLineEnd();
                break;
        }
    }

    /// <summary>After a statement there may be a comment and nothing else.</summary>
    private void FinishLine()
    {
        SkipSpaces();
        if (Current == '#')
        {
            SkipComment();
        }

        if (AtLineEnd)
        {
            SkipLineEnd();
            return;
        }

        // Looked for once a line: a line may hold very many statements that should each have had their own.
        if (_position >= _junkEnd)
        {
            _junkEnd = TrimmedLineEnd(_position);
        }

        var rest = new TomlSpan(_position, _junkEnd - _position);
        _errors.AddLastOfLine(rest, JunkMessage(rest));

        // Two statements on one line: the second is read all the same, lest its following lines look like faults.
        if (!LooksLikeKeyValue(_position))
        {
            SkipToLineEnd();
            SkipLineEnd();
        }
    }

    private string JunkMessage(TomlSpan rest) => Current switch
    {
        ',' or ';' => $"a line does not end with {Excerpt.Character(_text.AsSpan(_position))}: remove it",
        '/' when Slice(rest).StartsWith("//") => "a comment begins with \"#\"",
        ']' or '}' => StrayBracketMessage(),
        _ when LooksLikeKeyValue(_position) => "a new key begins on a line of its own",
        _ => $"expected the end of the line, found {Excerpt.Quote(Slice(rest))}",
    };

    private string StrayBracketMessage() => $"there is no open bracket that this \"{Current}\" could close";

    private ReadOnlySpan<char> Slice(TomlSpan span) => _text.AsSpan(span.Start, span.Length);

    private TomlSpan SpanFrom(int start) => new(start, _position - start);
}
