using System.Text;
using Gantry.Daemon.Configuration;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Checks;

/// <summary>What a workspace is called, and under which domain its services answer.</summary>
internal static class WorkspaceNames
{
    /// <summary>What <see cref="IsHostName"/> takes, as a regular expression of ECMA-262, for editors.</summary>
    public const string HostNamePattern = $@"^(?!.{{254}}){Label}(\.{Label})*$";

    private const string Label = "[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

    private const int MaxDomain = 253;

    /// <summary>The name that is written, else the folder's name made into one.</summary>
    public static Setting<string> NameOf(WorkspaceSection section, string folder) =>
        section.Name ?? Setting.Default(FromFolder(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))));

    /// <summary>The domain that is written, in lower case, else the name's own below <c>localhost</c> (RFC 6761 6.3).</summary>
    public static Setting<string> DomainOf(WorkspaceSection section, string name) => section.Domain is { } written
        ? written with { Value = Lower(written.Value) }
        : Setting.Default($"{Lower(name).Replace('_', '-')}.localhost");

    public static void Check(WorkspaceSection section, DiagnosticList diagnostics)
    {
        if (section.Name is { } name && !WorkloadName.IsValid(name.Value))
        {
            diagnostics.Error(name.Place, $"workspace.name: {Found.Quote(name.Value)} is not a name for a workspace", $"a name is {WorkloadName.Rule}");
        }

        if (section.Domain is { } domain && !IsHostName(domain.Value))
        {
            diagnostics.Error(domain.Place, $"workspace.domain: {Found.Quote(domain.Value)} is not a domain", "write a host name alone, such as \"shop.localhost\"");
        }
    }

    /// <summary>Labels of letters, digits, <c>-</c> and <c>_</c> joined by dots (RFC 1123 2.1, with <c>_</c> besides).</summary>
    public static bool IsHostName(string text) =>
        text.Length is > 0 and <= MaxDomain && text.Split('.').All(label => WorkloadName.IsValid(label) && label[^1] != '-');

    public static string Lower(string text) => text.ToLowerInvariant();

    /// <summary>A valid name from any folder's name: other characters become hyphens.</summary>
    private static string FromFolder(string folder)
    {
        var name = new StringBuilder();
        foreach (var c in Lower(folder))
        {
            if (char.IsAsciiLetterOrDigit(c) || c == '_')
            {
                name.Append(c);
            }
            else if (name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }
        }

        var label = name.ToString().TrimStart('-', '_');
        label = label[..Math.Min(label.Length, WorkloadName.MaxLength)].TrimEnd('-', '_');
        return label.Length == 0 ? "workspace" : label;
    }
}
