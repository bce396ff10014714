using System.Text.RegularExpressions;
using Xunit;

namespace Gantry.Tests.Conventions;

/// <summary>
/// The slices of the daemon meet only through <c>WorkloadManager</c>, the edge's route table and what each of them
/// contributes. <c>Hosting</c> composes them and sees everything; between any others a type may be named only where it
/// stands in the list below.
/// </summary>
public sealed partial class SliceArrowTests
{
    private const string Daemon = "src/Gantry.Daemon";

    private static readonly string[] Slices =
        ["Workspaces", "Edge", "Containers", "Jobs", "Builds", "Code", "Models", "Access", "Telemetry", "Hosting"];

    /// <summary>Folders that are no slice but a tool that every slice may use.</summary>
    private static readonly Dictionary<string, string> Shared = new()
    {
        ["Configuration"] = "binds a TOML document to the records of any slice",
    };

    /// <summary>Types that other slices may name, each with its reason.</summary>
    private static readonly (string From, string Slice, string Type, string Reason)[] Allowed =
    [
        ("*", "Workspaces", "Diagnostic", "the one form in which a fault of anything that somebody wrote is told"),
        ("*", "Workspaces", "DiagnosticSeverity", "part of a diagnostic"),
        ("*", "Workspaces", "ConfigurationException", "carries diagnostics to the one place that answers with them"),
        ("*", "Workspaces", "IWorkspaceDoubts", "what a slice contributes when a workspace is applied"),
        ("*", "Hosting", "DoctorCheck", "what a slice contributes to the doctor"),
        ("*", "Hosting", "CheckStatus", "part of a doctor's check"),
        ("*", "Hosting", "Problem", "the one form in which the API tells an error"),
        ("*", "Hosting", "ProblemResults", "turns exceptions and faults into problems, in one place"),
        ("*", "Hosting", "DaemonException", "carries a fault to the one place that answers with it"),
        ("*", "Hosting", "DaemonJson", "the one source-generated context of the assembly"),
    ];

    [Fact]
    public void A_folder_of_the_daemon_is_a_slice_or_a_tool_for_all()
    {
        var folders = Directory.EnumerateDirectories(Repository.Absolute(Daemon)).Select(Path.GetFileName)
            .Where(name => name is not ("bin" or "obj"));
        Faults.None(folders.OfType<string>().Except(Slices).Except(Shared.Keys));
    }

    [Fact]
    public void No_slice_reaches_into_another()
    {
        var files = Repository.Files(Daemon, ".cs").Select(file => new DaemonFile(file)).ToList();
        var faults =
            from file in files
            where file.Slice is not (null or "Hosting")
            from arrow in file.ArrowsTo(files)
            where !Shared.ContainsKey(arrow.Slice) && !IsAllowed(file.Slice, arrow.Slice, arrow.Type)
            select $"{file.Path}: {file.Slice} -> {arrow.Slice}.{arrow.Type}";
        Faults.None(faults);
    }

    [Fact]
    public void Every_type_that_may_be_named_exists()
    {
        var files = Repository.Files(Daemon, ".cs").Select(file => new DaemonFile(file)).ToList();
        foreach (var (_, slice, type, _) in Allowed)
        {
            Assert.Contains(files, file => file.Slice == slice && file.Types.Contains(type));
        }
    }

    [Theory]
    [InlineData("using Gantry.Daemon.Edge;\nclass Own { RouteTable _table; }")]
    [InlineData("class Own { Gantry.Daemon.Edge.RouteTable _table; }")]
    [InlineData("class Own { Edge.RouteTable _table; }")]
    [InlineData("using Table = Gantry.Daemon.Edge.RouteTable;\nclass Own { Table _table; }")]
    public void An_arrow_is_seen_in_whatever_form_it_is_written(string code)
    {
        var edge = new DaemonFile(new RepositoryFile($"{Daemon}/Edge/RouteTable.cs", "namespace Gantry.Daemon.Edge;\npublic sealed class RouteTable;"));
        var jobs = new DaemonFile(new RepositoryFile($"{Daemon}/Jobs/Own.cs", code));
        Assert.Equal([("Edge", "RouteTable")], jobs.ArrowsTo([edge, jobs]));
    }

    [Fact]
    public void A_word_of_its_own_is_no_arrow()
    {
        var edge = new DaemonFile(new RepositoryFile($"{Daemon}/Edge/RouteTable.cs", "public sealed class RouteTable;"));
        var jobs = new DaemonFile(new RepositoryFile($"{Daemon}/Jobs/Own.cs", "// Edge.RouteTable\nclass Own { string RouteTable; object X => job.Edge.RouteTable; }"));
        Assert.Empty(jobs.ArrowsTo([edge, jobs]));
    }

    private static bool IsAllowed(string? from, string slice, string type) =>
        Allowed.Any(entry => (entry.From == "*" || entry.From == from) && entry.Slice == slice && entry.Type == type);

    /// <summary>A file of the daemon: whose it is, what it declares, and whom it names.</summary>
    private sealed partial class DaemonFile(RepositoryFile file)
    {
        private readonly string _code = CodeText.Of(file.Text);

        public string Path => file.Path;

        /// <summary>The first folder below the project's; null for a file beside the project's own.</summary>
        public string? Slice { get; } = file.Path[(Daemon.Length + 1)..].Split('/') is [var slice, _, ..] ? slice : null;

        public IReadOnlySet<string> Types => field ??= Declaration().Matches(_code).Select(match => match.Groups["name"].Value).ToHashSet();

        public IEnumerable<(string Slice, string Type)> ArrowsTo(IReadOnlyCollection<DaemonFile> files)
        {
            foreach (var others in files.Where(other => other.Slice is not null && other.Slice != Slice).GroupBy(other => other.Slice!))
            {
                var open = Regex.IsMatch(_code, $@"\busing\s+(static\s+)?Gantry\.Daemon\.{others.Key}\b[\w.]*\s*;");
                foreach (var type in others.SelectMany(other => other.Types).Distinct().Order(StringComparer.Ordinal))
                {
                    var named = Regex.IsMatch(_code, $@"(\bGantry\.Daemon\.|(?<![\w.])){others.Key}\.([A-Z]\w*\.)*{type}\b");
                    if (named || (open && Regex.IsMatch(_code, $@"(?<![\w.]){type}\b")))
                    {
                        yield return (others.Key, type);
                    }
                }
            }
        }

        [GeneratedRegex(@"\b(class|struct|interface|enum|record(\s+(class|struct))?)\s+(?<name>[A-Z]\w*)|\bdelegate\s+[\w<>?.\[\]]+\s+(?<name>[A-Z]\w*)")]
        private static partial Regex Declaration();
    }
}
