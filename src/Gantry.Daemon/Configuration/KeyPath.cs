namespace Gantry.Daemon.Configuration;

/// <summary>Names of keys as they are written in TOML.</summary>
internal static class KeyPath
{
    public static string Join(string path, string key) => path.Length == 0 ? Quote(key) : $"{path}.{Quote(key)}";

    /// <summary>A key as it must be written: bare where TOML allows it, else in quotes.</summary>
    public static string Quote(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? key
            : $"\"{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
