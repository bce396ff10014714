using System.Collections.Immutable;
using System.Text;

namespace Gantry.Daemon.Configuration.Interpolation;

/// <summary>
/// Text with references, taken apart. Only <c>${…}</c> is a reference; <c>$${</c> stands for <c>${</c>, and every other
/// <c>$</c> is itself.
/// </summary>
/// <param name="Source">The text as written.</param>
internal sealed record Template(string Source, ImmutableArray<TemplatePart> Parts)
{
    /// <summary>Text in which nothing refers to anything, whatever it looks like.</summary>
    public static Template Literal(string text) => new(text, text.Length == 0 ? [] : [new LiteralPart(text)]);

    public bool IsEmpty => Parts.IsEmpty;

    /// <summary>Every reference, those in the defaults of others included.</summary>
    public IEnumerable<ReferencePart> References => Parts.SelectMany(AllOf);

    /// <summary>The text with each reference replaced.</summary>
    public string Fill(Func<ReferencePart, string> replace)
    {
        if (Parts is [LiteralPart only])
        {
            return only.Text;
        }

        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            text.Append(part switch
            {
                LiteralPart literal => literal.Text,
                ReferencePart reference => replace(reference),
                _ => throw new InvalidOperationException($"{part.GetType()} is not a part of templates"),
            });
        }

        return text.ToString();
    }

    public override string ToString() => Source;

    private static IEnumerable<ReferencePart> AllOf(TemplatePart part) => part switch
    {
        VariableReference variable => variable.Default is { } standard ? standard.References.Prepend(variable) : [variable],
        ReferencePart reference => [reference],
        _ => [],
    };
}

internal abstract record TemplatePart;

internal sealed record LiteralPart(string Text) : TemplatePart;

/// <param name="Place">Where its <c>${</c> stands.</param>
internal abstract record ReferencePart(SourcePlace Place) : TemplatePart;

/// <summary><c>${NAME}</c>, <c>${NAME:-default}</c>, <c>${NAME:?message}</c>; unset and empty are the same to the last two.</summary>
internal sealed record VariableReference(string Name, Template? Default, string? Message, SourcePlace Place) : ReferencePart(Place);

/// <summary><c>${services.db.port}</c>, <c>${secret.token}</c>, <c>${workspace.path}</c>: names joined by dots.</summary>
internal sealed record DottedReference(ImmutableArray<string> Path, SourcePlace Place) : ReferencePart(Place)
{
    public string Text => string.Join('.', Path);
}
