using System.CommandLine;
using System.CommandLine.Parsing;
using Gantry.Cli.Output;

namespace Gantry.Cli;

/// <summary>What every command understands.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Directory = new("-C")
    {
        Description = "Act as if started in this folder",
        HelpName = "DIR",
        Recursive = true,
        Validators = { RequireName },
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write the result as JSON",
        Arity = ArgumentArity.Zero,
        Recursive = true,
    };

    public static readonly Option<bool> NoColour = new("--no-color")
    {
        Description = "Write without colours (as does NO_COLOR)",
        Arity = ArgumentArity.Zero,
        Recursive = true,
    };

    public static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Write results and errors only",
        Arity = ArgumentArity.Zero,
        Recursive = true,
    };

    public static IEnumerable<Option> All => [Directory, Json, NoColour, Quiet];

    /// <summary>An empty one is a variable that was not set, and no folder.</summary>
    private static void RequireName(OptionResult result)
    {
        if (result.Tokens is [{ Value.Length: 0 }, ..])
        {
            result.AddError("-C needs a folder, and what was given is empty");
        }
    }

    public static OutputOptions Read(ParseResult parsed) => new(parsed.GetValue(Json), Colours: !parsed.GetValue(NoColour), parsed.GetValue(Quiet));
}
