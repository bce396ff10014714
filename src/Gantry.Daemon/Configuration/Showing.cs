using Gantry.Daemon.Configuration.Interpolation;

namespace Gantry.Daemon.Configuration;

/// <summary>How values are shown to people.</summary>
/// <param name="Fill">Text with references: as written, or filled in with secrets left out.</param>
internal sealed record Showing(Func<Template, string> Fill)
{
    public static readonly Showing AsWritten = new(template => template.Source);
}

/// <summary>One value to be shown.</summary>
/// <param name="Path">Its keys below the section that is shown.</param>
internal sealed record ShownSetting(System.Collections.Immutable.ImmutableArray<string> Path, System.Text.Json.Nodes.JsonNode Value, Origin Origin);
