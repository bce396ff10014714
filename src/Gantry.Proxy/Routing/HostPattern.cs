using System.Diagnostics.CodeAnalysis;

namespace Gantry.Proxy.Routing;

/// <summary>Which hosts a route answers: one, all below a suffix (<c>*.shop.localhost</c>), or any.</summary>
public sealed record HostPattern
{
    /// <summary>Every host, and requests that name none.</summary>
    public static readonly HostPattern Any = new(HostPatternKind.Any, "");

    private HostPattern(HostPatternKind kind, string name)
    {
        Kind = kind;
        Name = name;
    }

    public HostPatternKind Kind { get; }

    /// <summary>The normalised host, or the suffix without its <c>*.</c>; empty for any.</summary>
    public string Name { get; }

    /// <summary>Reads <c>host</c> or <c>*.suffix</c>; neither may name a port, which a route is not bound to.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HostPattern? pattern)
    {
        pattern = null;
        var wildcard = text.StartsWith("*.", StringComparison.Ordinal);
        var name = wildcard ? text[2..] : text;
        var hasPort = name.Contains(':', StringComparison.Ordinal) && !name.EndsWith(']');
        if (hasPort || !HostName.TryParse(name, out var host))
        {
            return false;
        }

        pattern = new HostPattern(wildcard ? HostPatternKind.Suffix : HostPatternKind.Exact, host);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, for texts that are known to be sound.</summary>
    /// <exception cref="FormatException">The text is no host pattern.</exception>
    public static HostPattern Parse(string text) =>
        TryParse(text, out var pattern) ? pattern : throw new FormatException($"'{text}' is not a host name, nor '*.' and a host name.");

    public override string ToString() => Kind switch
    {
        HostPatternKind.Exact => Name,
        HostPatternKind.Suffix => $"*.{Name}",
        _ => "any host",
    };
}

public enum HostPatternKind
{
    Any,

    /// <summary>One or more labels before the suffix; the suffix alone does not match.</summary>
    Suffix,
    Exact,
}
