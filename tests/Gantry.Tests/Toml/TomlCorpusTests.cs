using System.Text.Json;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

/// <summary>Conformance: every document of the public corpus, in both versions. See <see cref="TomlCorpus"/> for where it is.</summary>
public sealed class TomlCorpusTests
{
    private const string None = "";

    public static TheoryData<string, string> Valid => Rows("valid");

    public static TheoryData<string, string> Invalid => Rows("invalid");

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_valid_document_means_exactly_its_tagged_json(string version, string document)
    {
        Assert.SkipWhen(document == None, TomlCorpus.Absent);
        var parsed = TomlDocument.Parse(TomlCorpus.Read(document), VersionOf(version));
        Assert.Empty(parsed.Errors);
        using var expected = JsonDocument.Parse(TomlCorpus.Read(Path.ChangeExtension(document, ".json")));
        Assert.Null(TaggedJson.Difference(expected.RootElement, parsed.Root));
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void An_invalid_document_is_refused_and_each_error_has_its_place(string version, string document)
    {
        Assert.SkipWhen(document == None, TomlCorpus.Absent);
        var parsed = TomlDocument.Parse(TomlCorpus.Read(document), VersionOf(version));
        Assert.NotEmpty(parsed.Errors);
        Invariants.Check(parsed);
    }

    [Theory]
    [InlineData("1.0.0", 210, 499)]
    [InlineData("1.1.0", 220, 492)]
    public void The_corpus_is_read_in_full(string version, int valid, int invalid)
    {
        Assert.SkipWhen(TomlCorpus.Folder is null, TomlCorpus.Absent);
        Assert.True(TomlCorpus.Documents(version, "valid").Count >= valid);
        Assert.True(TomlCorpus.Documents(version, "invalid").Count >= invalid);
    }

    private static TheoryData<string, string> Rows(string kind)
    {
        var rows = new TheoryData<string, string>();
        foreach (var version in new[] { "1.0.0", "1.1.0" })
        {
            foreach (var document in TomlCorpus.Documents(version, kind).DefaultIfEmpty(None))
            {
                rows.Add(version, document);
            }
        }

        return rows;
    }

    private static TomlVersion VersionOf(string version) => version == "1.0.0" ? TomlVersion.Toml10 : TomlVersion.Toml11;
}
