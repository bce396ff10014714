using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Daemon.Configuration;

/// <summary>Writes a view as TOML.</summary>
internal static class ConfigViewText
{
    /// <summary>Origins line up behind values of up to this length; longer ones push their own aside.</summary>
    private const int WidestColumn = 60;

    public static string Write(ConfigView view, bool provenance)
    {
        var text = new StringBuilder();
        foreach (var section in view.Sections.Where(section => !section.Settings.IsEmpty))
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }

            var header = Dotted(section.Path);
            text.Append(section.InList ? $"[[{header}]]\n" : $"[{header}]\n");
            Write(text, section.Settings, provenance);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, ImmutableArray<ShownSetting> settings, bool provenance)
    {
        var widestKey = settings.Max(setting => Dotted(setting.Path).Length);
        var lines = settings.Select(setting => ($"{Dotted(setting.Path).PadRight(widestKey)} = {Value(setting.Value)}", setting.Origin)).ToArray();
        var column = lines.Select(line => line.Item1.Length).Where(length => length <= WidestColumn).DefaultIfEmpty(0).Max();
        foreach (var (line, origin) in lines)
        {
            text.Append(provenance ? $"{line.PadRight(column)}  # {origin}\n" : $"{line}\n");
        }
    }

    private static string Dotted(ImmutableArray<string> path) => string.Join('.', path.Select(TomlText.Quote));

    private static string Value(JsonNode? node) => node switch
    {
        JsonArray list => $"[{string.Join(", ", list.Select(Value))}]",
        JsonObject { Count: 0 } => "{}",
        JsonObject table => $"{{ {string.Join(", ", table.Select(pair => $"{TomlText.Quote(pair.Key)} = {Value(pair.Value)}"))} }}",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => TomlText.BasicString(value.GetValue<string>()),
        JsonValue value when value.TryGetValue<double>(out var number) && value.GetValueKind() == JsonValueKind.Number && !value.TryGetValue<long>(out _) => Float(number),
        _ => node?.ToJsonString() ?? "\"\"",
    };

    /// <summary>TOML tells floats from integers by the dot.</summary>
    private static string Float(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny(".eE") < 0 ? text + ".0" : text;
    }
}
