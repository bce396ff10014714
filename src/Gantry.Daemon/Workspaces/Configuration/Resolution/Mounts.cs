using System.Collections.Frozen;
using System.Globalization;
using Gantry.Daemon.Configuration;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>The short forms in which volumes and ports of containers are written.</summary>
internal static class Mounts
{
    private static readonly FrozenSet<string> Modes = FrozenSet.Create(StringComparer.Ordinal, "ro", "rw", "z", "Z", "nocopy");

    /// <summary>A volume with its host path made absolute; null where a fault was reported.</summary>
    public static string? Volume(string text, SourcePlace place, string asked, Identity identity, DiagnosticList diagnostics)
    {
        var parts = text.Split(':');
        var (source, target, mode) = parts switch
        {
            [var only] => (null, only, null),
            [var from, var to] => (from, to, null),
            [var from, var to, var how] => (from, to, how),
            _ => ((string?)null, "", (string?)null),
        };
        if (!target.StartsWith('/') || source is "")
        {
            diagnostics.Error(place, $"{asked}: {Found.Quote(text)} is not a volume", "write name:/path, ./folder:/path or /folder:/path, with :ro for read-only");
            return null;
        }

        if (mode is not null && mode.Split(',').FirstOrDefault(word => !Modes.Contains(word)) is { } unknown)
        {
            diagnostics.Error(place, $"{asked}: {Found.Quote(unknown)} is not a mode of volumes", "use ro or rw");
            return null;
        }

        if (source is null)
        {
            return target;
        }

        if (Source(source, identity) is not { } host)
        {
            diagnostics.Error(place, $"{asked}: {Found.Quote(source)} is neither a volume's name nor a path", $"for a folder of the workspace write ./{source.TrimStart('/')}:{target}");
            return null;
        }

        return mode is null ? $"{host}:{target}" : $"{host}:{target}:{mode}";
    }

    /// <summary>A published port, or null where a fault was reported.</summary>
    public static string? Port(string text, SourcePlace place, string asked, DiagnosticList diagnostics)
    {
        var parts = text.Split(':');
        if (parts.Length <= 2 && parts.All(IsPort))
        {
            return text;
        }

        diagnostics.Error(place, $"{asked}: {Found.Quote(text)} is not a port to publish", "write 8080, or \"9000:8080\" for host and container; it is published on 127.0.0.1");
        return null;
    }

    private static bool IsPort(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535;

    /// <summary>Paths begin with a slash, a dot or a tilde, as Compose has it; all else is a name.</summary>
    private static string? Source(string source, Identity identity)
    {
        if (source[0] is '/' or '~' || source is "." or ".." || source.StartsWith("./", StringComparison.Ordinal) || source.StartsWith("../", StringComparison.Ordinal))
        {
            return identity.Absolute(source);
        }

        return char.IsAsciiLetterOrDigit(source[0]) && source.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? source : null;
    }
}
