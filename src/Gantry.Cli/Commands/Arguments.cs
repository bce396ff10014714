using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Gantry.Cli.Completion;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;

namespace Gantry.Cli.Commands;

/// <summary>Arguments and options that several commands have, so that they are the same everywhere.</summary>
internal static class Arguments
{
    /// <summary>Services, and the workspace's folder where it is not the one around the current folder.</summary>
    public static Argument<string[]> Targets(string description = "Services, all where none is named; or the workspace's folder")
    {
        var argument = new Argument<string[]>("service") { Description = description, HelpName = "service", Arity = ArgumentArity.ZeroOrMore };
        argument.CompletionSources.Add(ServiceCompletions.Of);
        return argument;
    }

    /// <summary>An option without a value. The word behind it is never taken for one.</summary>
    public static Option<bool> Flag(string name, string description, bool hidden = false) => Flag(name, [], description, hidden);

    /// <summary>The same, with a short name.</summary>
    public static Option<bool> Flag(string name, string alias, string description) => Flag(name, [alias], description, hidden: false);

    /// <summary>Profiles to be chosen.</summary>
    public static Option<string[]> Profiles()
    {
        var option = new Option<string[]>("--profile") { Description = "Enable a profile's services, too", HelpName = "NAME" };
        option.CompletionSources.Add(ServiceCompletions.Profiles);
        return option;
    }

    /// <summary>A length of time.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (Durations.TryRead(text, out var time, out var fault))
            {
                return time;
            }

            result.AddError($"{name}: {text} is no length of time such as 500ms, 30s or 1m30s{(fault is null ? "" : $"; {fault}")}");
            return null;
        },
    };

    /// <summary>A whole number from a least one on.</summary>
    public static Option<int?> Number(string name, string[] aliases, string description, int least)
    {
        var option = new Option<int?>(name, aliases)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
                if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= least)
                {
                    return number;
                }

                result.AddError($"{name}: {text} is no whole number from {least} on");
                return null;
            },
        };
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string?> OneOf(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name) { Description = $"{description}: {string.Join(", ", words)}", HelpName = string.Join('|', words) };
        option.CompletionSources.Add(words);
        option.Validators.Add(result => Require(result, name, words));
        return option;
    }

    /// <summary>Lets only these words through.</summary>
    public static void Require(SymbolResult result, string name, params string[] words)
    {
        if (result.Tokens.Select(token => token.Value).FirstOrDefault(value => !words.Contains(value)) is { } wrong)
        {
            result.AddError($"{name}: {wrong} is none of {string.Join(", ", words)}{(Suggestion.Closest(wrong, words) is { } close ? $"; did you mean {close}?" : "")}");
        }
    }

    private static Option<bool> Flag(string name, string[] aliases, string description, bool hidden) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero, Hidden = hidden };

    /// <summary>Words that were given one by one or with commas between.</summary>
    public static ImmutableArray<string> Words(ParseResult parsed, Option<string[]> option) =>
        [.. (parsed.GetValue(option) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
