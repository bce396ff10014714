using System.Collections.Immutable;

namespace Gantry.Daemon.Configuration;

/// <summary>A table of a configuration as written: one property per key, and where it all stands.</summary>
internal abstract record Section
{
    /// <summary>Where the table begins; the default's place where nobody wrote it.</summary>
    public SourcePlace Place { get; init; } = Origin.Default.Place;

    /// <summary>The keys that are written, under their proper names, with their places: those of wrong values too.</summary>
    public ImmutableDictionary<string, SourcePlace> Written { get; init; } = ImmutableDictionary<string, SourcePlace>.Empty;

    /// <summary>The keys that unknown ones were probably meant to be: they are not missing, only misspelt.</summary>
    public ImmutableArray<string> Misspelt { get; init; } = [];

    public bool Has(string key) => Written.ContainsKey(key);
}
