using System.CommandLine;
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

    public static OutputOptions Read(ParseResult parsed) => new(parsed.GetValue(Json), Colours: !parsed.GetValue(NoColour), parsed.GetValue(Quiet));
}
