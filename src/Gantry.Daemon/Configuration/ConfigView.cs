using System.Collections.Immutable;

namespace Gantry.Daemon.Configuration;

/// <summary>A resolved configuration for people: every value, secrets masked, with or without where each came from.</summary>
public sealed class ConfigView
{
    internal ConfigView(ImmutableArray<ConfigViewSection> sections)
    {
        Sections = sections;
    }

    internal ImmutableArray<ConfigViewSection> Sections { get; }

    /// <summary>Where a key of a table, or anything below that key, is written; the file as a whole where it is not.</summary>
    internal SourcePlace PlaceOf(ImmutableArray<string> section, string key, string file) =>
        Sections.Where(found => found.Path.SequenceEqual(section))
            .SelectMany(found => found.Settings)
            .Where(setting => setting.Path[0] == key && setting.Origin.Place.Line > 0)
            .Select(setting => setting.Origin.Place)
            .FirstOrDefault(SourcePlace.Whole(file));

    /// <summary>In the form of the file itself; with origins as a comment behind each value.</summary>
    public string ToToml(bool provenance) => ConfigViewText.Write(this, provenance);

    /// <summary>
    /// One JSON object with the keys of the file. With origins, each value is an object of <c>value</c> and <c>from</c>.
    /// </summary>
    public string ToJson(bool provenance) => ConfigViewJson.Write(this, provenance);
}

/// <summary>A table of the view.</summary>
/// <param name="Path">Its header.</param>
/// <param name="InList">Whether it is one of several tables under the same header, as in <c>[[proxy.routes]]</c>.</param>
internal sealed record ConfigViewSection(ImmutableArray<string> Path, ImmutableArray<ShownSetting> Settings, bool InList = false);
