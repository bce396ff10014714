using System.Collections.Immutable;

namespace Gantry.Daemon.Edge.Pages;

/// <summary>Something the edge itself has to say: shown to people as a page, and to programs as problem details (RFC 9457).</summary>
internal sealed record EdgeAnswer
{
    public required int Status { get; init; }

    /// <summary>Stable, kebab-case, for programs.</summary>
    public required string Code { get; init; }

    /// <summary>What is the case, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Why, or how it came.</summary>
    public string? Detail { get; init; }

    /// <summary>The command that helps.</summary>
    public string? Remedy { get; init; }

    public Tone Tone { get; init; }

    /// <summary>Whether it will pass: the page looks again by itself, and goes away once the edge has nothing more to say.</summary>
    public bool Passes { get; init; }

    /// <summary>The service that it is about.</summary>
    public EdgeService? Service { get; init; }

    /// <summary>Hosts that do answer, for callers who may know.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];
}

/// <summary>How a page looks: the colour of its sign.</summary>
internal enum Tone
{
    Idle,
    Busy,
    Failed,
    Ready,
}
