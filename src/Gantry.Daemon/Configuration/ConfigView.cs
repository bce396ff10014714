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
