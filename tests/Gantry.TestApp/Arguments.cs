using System.Globalization;

namespace Gantry.TestApp;

/// <summary>A verb, its operands, and its options, written <c>--name value</c>, <c>--name=value</c> or <c>--name</c> alone.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];
    private readonly List<string> _operands = [];

    public string Verb { get; private init; } = "";

    public IReadOnlyList<string> Operands => _operands;

    public static Arguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments { Verb = words.Count > 0 ? words[0] : "" };
        for (var i = 1; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                arguments._operands.Add(words[i]);
            }
            else if (words[i].Split('=', 2) is [var name, var value])
            {
                arguments._options[name] = value;
            }
            else if (i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                arguments._options[words[i]] = words[++i];
            }
            else
            {
                arguments._options[words[i]] = "true";
            }
        }

        return arguments;
    }

    public bool Has(string name) => _options.ContainsKey(name);

    public string? Text(string name) => _options.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => Text(name) is { } text ? ParseNumber(text) : otherwise;

    /// <summary>Bytes: <c>1048576</c>, <c>100MB</c>, <c>64KiB</c>.</summary>
    public long Size(string name, long otherwise) => Text(name) is { } text ? ParseSize(text) : otherwise;

    /// <summary><c>250ms</c>, <c>2s</c>, <c>1m</c>.</summary>
    public TimeSpan? Duration(string name) => Text(name) is { } text ? ParseDuration(text) : null;

    public int Operand(int index, int otherwise) => _operands.Count > index ? ParseNumber(_operands[index]) : otherwise;

    private static int ParseNumber(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"\"{text}\" is not a number");

    private static TimeSpan ParseDuration(string text) => Split(text) switch
    {
        (var value, "ms") => TimeSpan.FromMilliseconds(value),
        (var value, "s") => TimeSpan.FromSeconds(value),
        (var value, "m") => TimeSpan.FromMinutes(value),
        _ => throw new UsageException($"\"{text}\" is not a duration such as 250ms, 2s or 1m"),
    };

    private static long ParseSize(string text) => Split(text) switch
    {
        (var value, "" or "B") => (long)value,
        (var value, "KB") => (long)(value * 1_000),
        (var value, "MB") => (long)(value * 1_000_000),
        (var value, "GB") => (long)(value * 1_000_000_000),
        (var value, "KiB") => (long)(value * 1024),
        (var value, "MiB") => (long)(value * 1024 * 1024),
        (var value, "GiB") => (long)(value * 1024 * 1024 * 1024),
        _ => throw new UsageException($"\"{text}\" is not a size such as 1048576, 64KiB or 100MB"),
    };

    private static (double Value, string Unit) Split(string text)
    {
        var unit = text.AsSpan().TrimStart("0123456789.");
        var number = text.AsSpan(0, text.Length - unit.Length);
        return double.TryParse(number, CultureInfo.InvariantCulture, out var value)
            ? (value, unit.ToString())
            : throw new UsageException($"\"{text}\" does not begin with a number");
    }
}

internal sealed class UsageException(string message) : Exception(message);
