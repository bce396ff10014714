using System.Diagnostics.CodeAnalysis;

namespace Gantry.Proxy.Routing;

/// <summary>
/// Which paths a route answers: one (<c>/health</c>), all below a prefix (<c>/api/*</c>), or any. Compared with the decoded
/// path, case and all. <c>/api/*</c> matches <c>/api</c>, <c>/api/</c> and <c>/api/x</c> and never <c>/apix</c>; <c>/*</c>
/// says no more than nothing and is the same as any.
/// </summary>
public sealed record PathPattern
{
    public static readonly PathPattern Any = new(PathPatternKind.Any, "");

    private PathPattern(PathPatternKind kind, string value)
    {
        Kind = kind;
        Value = value;
    }

    public PathPatternKind Kind { get; }

    /// <summary>The path, or the prefix without its <c>/*</c>; empty for any.</summary>
    public string Value { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out PathPattern? pattern)
    {
        pattern = null;
        if (!text.StartsWith('/'))
        {
            return false;
        }

        var isPrefix = text.EndsWith("/*", StringComparison.Ordinal);
        var value = isPrefix ? text[..^2] : text;
        if (value.Contains('*', StringComparison.Ordinal))
        {
            return false;
        }

        pattern = (isPrefix, value) switch
        {
            (true, "") => Any,
            (true, _) => new PathPattern(PathPatternKind.Prefix, value),
            _ => new PathPattern(PathPatternKind.Exact, value),
        };
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, for texts that are known to be sound.</summary>
    /// <exception cref="FormatException">The text is no path pattern.</exception>
    public static PathPattern Parse(string text) =>
        TryParse(text, out var pattern) ? pattern : throw new FormatException($"'{text}' is not a path that begins with '/' and has '*' at most as a last segment.");

    public bool Matches(string path) => Kind switch
    {
        PathPatternKind.Exact => string.Equals(path, Value, StringComparison.Ordinal),
        PathPatternKind.Prefix => path.StartsWith(Value, StringComparison.Ordinal) && (path.Length == Value.Length || path[Value.Length] == '/'),
        _ => true,
    };

    public override string ToString() => Kind switch
    {
        PathPatternKind.Exact => Value,
        PathPatternKind.Prefix => $"{Value}/*",
        _ => "any path",
    };
}

public enum PathPatternKind
{
    Any,
    Prefix,
    Exact,
}
