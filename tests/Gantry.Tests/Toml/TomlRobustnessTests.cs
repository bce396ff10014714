using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

/// <summary>No input makes the parser throw, hang or break what holds of every document.</summary>
public sealed class TomlRobustnessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static readonly byte[][] Snippets =
    [
        .. new[]
        {
            "\"", "'", "\"\"\"", "'''", "[", "]", "[[", "]]", "{", "}", ",", "=", ".", "#", "\n", "\r\n", "\r", "\t", " ", "\\", "\\u12", "\\x", "0x", "1e",
            "-", "+", "_", "1979-05-27", "T", ":", "inf", "nan", "true", "a", "[a]", "a = ", "\uFEFF", "é", "😀", "\0", "\u007F",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0x80],
    ];

    [Fact]
    public Task Random_bytes_are_parsed_without_throwing() => WithinDeadline(() =>
    {
        var property = Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Parse(bytes));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(400), property);
    });

    [Fact]
    public Task Random_sequences_of_the_grammar_s_pieces_are_parsed_without_throwing() => WithinDeadline(() =>
    {
        var pieces = Gen.Elements(Snippets).ListOf().Select(list => list.SelectMany(piece => piece).ToArray());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000).WithEndSize(200), Prop.ForAll(Arb.From(pieces), bytes => Parse(bytes)));
    });

    [Fact]
    public Task Mutations_of_the_corpus_are_parsed_without_throwing()
    {
        Assert.SkipWhen(TomlCorpus.Folder is null, TomlCorpus.Absent);
        var documents = TomlCorpus.All();
        return WithinDeadline(() =>
        {
            var mutated =
                from document in Gen.Elements<byte[]>([.. documents])
                from edits in Gen.Choose(1, 6)
                from seed in Gen.Choose(0, int.MaxValue)
                select Mutate(document, edits, new Random(seed));
            Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(Arb.From(mutated), bytes => Parse(bytes)));
        });
    }

    [Fact]
    public Task Every_beginning_of_every_corpus_document_is_parsed_without_throwing()
    {
        Assert.SkipWhen(TomlCorpus.Folder is null, TomlCorpus.Absent);
        var documents = TomlCorpus.All();
        Assert.True(documents.Count > 700);
        return WithinDeadline(() =>
        {
            foreach (var document in documents)
            {
                for (var length = 0; length < document.Length; length++)
                {
                    Parse(document[..length]);
                }
            }
        });
    }

    /// <summary>Parses as both versions, from bytes and as text with one character for each byte, and checks the invariants.</summary>
    private static bool Parse(byte[] bytes)
    {
        Invariants.Check(TomlDocument.Parse(bytes, TomlVersion.Toml10));
        Invariants.Check(TomlDocument.Parse(bytes, TomlVersion.Toml11));
        Invariants.Check(TomlDocument.Parse(Encoding.Latin1.GetString(bytes)));
        return true;
    }

    private static byte[] Mutate(byte[] document, int edits, Random random)
    {
        var bytes = document.ToList();
        for (var edit = 0; edit < edits; edit++)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 8), bytes.Count - at);
            switch (random.Next(4))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(at, Snippets[random.Next(Snippets.Length)]);
                    break;
                case 2:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;
                case 3 when length > 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    private static Task WithinDeadline(Action action) =>
        Task.Run(action, TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
}
