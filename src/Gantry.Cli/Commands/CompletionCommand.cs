using System.CommandLine;
using Gantry.Cli.Completion;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry completion bash|zsh|fish</c>, and the hidden command that its scripts ask.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = Shells();

    private static readonly Argument<string[]> Words = new("words") { Arity = ArgumentArity.ZeroOrMore, CaptureRemainingTokens = true };

    public static Command Create()
    {
        var command = new Command("completion", "Print the script that has a shell complete commands, options and services") { Shell };
        command.Do((parsed, context, _) =>
        {
            context.Output.Raw(parsed.GetRequiredValue(Shell) switch
            {
                "bash" => CompletionScripts.Bash,
                "zsh" => CompletionScripts.Zsh,
                _ => CompletionScripts.Fish,
            });
            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }

    /// <param name="root">The command line that is completed.</param>
    public static Command CreateAnswer(RootCommand root)
    {
        var command = new Command("complete", "Complete a line, for the scripts of gantry completion") { Words };
        command.Hidden = true;
        command.Do((parsed, context, _) =>
        {
            foreach (var (word, meaning) in Complete(root, parsed.GetValue(Words) ?? []))
            {
                context.Output.Raw(meaning is null ? $"{word}\n" : $"{word}\t{meaning}\n");
            }

            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }

    /// <summary>What may stand in place of the last word, which may be empty.</summary>
    internal static IEnumerable<(string Word, string? Meaning)> Complete(RootCommand root, IReadOnlyList<string> words)
    {
        var last = words.Count > 0 ? words[^1] : "";

        // Options are offered once somebody begins to write one; before that they would hide the commands and services.
        // A line of text and not the words, for only then an option's value is offered before its first letter.
        var line = string.Join(' ', words.Select(word => word.Length == 0 || word.Contains(' ') ? $"\"{word}\"" : word).SkipLast(1).Append(last == "--" ? "-" : last));
        return root.Parse(line).GetCompletions(line.Length)
            .Where(item => item.Label.StartsWith(last, StringComparison.Ordinal) && (last.StartsWith('-') || !item.Label.StartsWith('-')) && item.Label is not ("/?" or "/h" or "-?"))
            .Select(item => (item.Label, item.Detail ?? item.Documentation))
            .Distinct();
    }

    private static Argument<string> Shells()
    {
        var argument = new Argument<string>("shell") { Description = "bash, zsh or fish", HelpName = "shell" };
        argument.CompletionSources.Add("bash", "zsh", "fish");
        argument.Validators.Add(result => Arguments.Require(result, "completion", "bash", "zsh", "fish"));
        return argument;
    }
}
