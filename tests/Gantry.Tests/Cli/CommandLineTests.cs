using System.CommandLine;
using System.Text;
using Gantry.Cli;
using Gantry.Cli.Commands;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("up")]
    [InlineData("up api web --timeout 30s --profile a,b --profile c -d")]
    [InlineData("up ./shop --dry-run --json")]
    [InlineData("down --all --volumes")]
    [InlineData("start api --detach --timeout 1m30s")]
    [InlineData("logs -f -n 20 --since 5m --stream stderr --replica 0 --no-prefix -t api")]
    [InlineData("logs -fn20")]
    [InlineData("exec -T --replica 1 -e A=b web -- ls -l --json")]
    [InlineData("exec web ls -la --unknown")]
    [InlineData("wait api --for healthy --timeout 10s")]
    [InlineData("why api")]
    [InlineData("open ./shop web")]
    [InlineData("config show --provenance --profile x")]
    [InlineData("config validate ./shop")]
    [InlineData("config schema")]
    [InlineData("daemon logs -f -n 5")]
    [InlineData("completion zsh")]
    [InlineData("-C /srv --json --no-color -q status")]
    [InlineData("status -q --json -C /srv")]
    [InlineData("serve --auto")]
    [InlineData("up --help")]
    [InlineData("help")]
    [InlineData("help up")]
    [InlineData("help daemon start")]
    [InlineData("--version")]
    [InlineData("-C /srv --version --json")]
    [InlineData("exec web -- sh --version")]
    public void It_is_understood(string line) => Assert.False(UsageError.IsIn(Parse(line)), line);

    /// <summary>Each with what is answered; all of these end with 2.</summary>
    [Fact]
    public void What_is_typed_wrong_is_answered_with_what_was_probably_meant()
    {
        string[] lines =
        [
            "stauts", "strat api", "foo", "config", "config vaildate", "daemon", "daemon sotp",
            "up --detatch", "status --jsn", "status -x", "logs --folow", "down a b", "up --timeout", "up --timeout 5x", "up --timeout 30",
            "logs --tail x", "logs -n -1", "logs --stream sdtout", "wait --for redy", "wait --timeout soon", "exec", "open", "open a b c", "completion", "completion tcsh",
            "version 2", "doctor --fix", "--jsn up", "ps", "list", "run", "up --build", "daemon stat", "logs --tail",
            "up --force-recreate", "up -V", "exec -it api sh", "exec -i api sh", "stop --all", "start -a", "restart --all", "stop -t 3 api", "down -v", "-f other.toml up", "build", "attach api", "top", "inspect api", "scale api=3", "init", "-C", "help nope", "help stauts", "nope --help", "help daemon sotp", "--version foo", "--json --version foo", "-C a --version foo", "--version --foo", "up --version", "exec -e", "up --profile", "-C a -C b status", "logs -n 1 -n 2 -n 3",
        ];
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var parsed = Parse(line);
            Assert.True(UsageError.IsIn(parsed), line);
            var error = UsageError.Of(parsed);
            Assert.Equal(ExitCodes.Usage, error.ExitCode);
            text.Append("$ gantry ").Append(line).Append('\n').Append(FailureText.Of(error.Problem, Palette.None)).Append("\n\n");
        }

        Approved.Verify("usage-errors", text.ToString());
    }

    [Fact]
    public void What_stands_behind_the_service_of_exec_is_the_commands_own()
    {
        var parsed = Parse("exec web sh -c --json -- -C x");
        Assert.False(parsed.GetValue(GlobalOptions.Json));
        Assert.Null(parsed.GetValue(GlobalOptions.Directory));
    }

    [Fact]
    public void No_word_of_the_line_is_taken_for_a_file_to_read_words_from() => Assert.False(UsageError.IsIn(Parse("exec web echo @nothing")));

    [Theory]
    [InlineData("", "completion config daemon doctor down exec logs open restart serve start status stop up version wait why")]
    [InlineData("st", "start status stop")]
    [InlineData("daemon |", "logs restart start status stop")]
    [InlineData("logs --stream |", "gantry stderr stdout")]
    [InlineData("wait --for h", "healthy")]
    [InlineData("completion |", "bash fish zsh")]
    [InlineData("up --d", "--detach --dry-run")]
    [InlineData("config show --pr", "--profile --provenance")]
    [InlineData("--", "--help --json --no-color --quiet")]
    [InlineData("stop --", "--help --json --no-color --quiet")]
    public void A_line_is_completed(string line, string expected)
    {
        var words = line.Replace("|", "", StringComparison.Ordinal).Split(' ');
        Assert.Equal(expected.Split(' '), CompletionCommand.Complete(CommandLine.Create(), words).Select(item => item.Word).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("up |", "api db")]
    [InlineData("logs -f a", "api")]
    [InlineData("exec d", "db")]
    [InlineData("wait --for ready |", "api db")]
    [InlineData("up --profile |", "all mail")]
    [InlineData("config show --profile m", "mail")]
    public void Services_are_completed_from_the_file(string line, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("gantry-complete").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "gantry.toml"), "[services.api]\ncommand = 1\nprofiles = [\"mail\", \"all\"]\n[services.db]\nprofiles = [\"all\"]\nbroken = \n");
            var words = $"-C {folder} {line.Replace("|", "", StringComparison.Ordinal)}".Split(' ');
            Assert.Equal(expected.Split(' '), CompletionCommand.Complete(CommandLine.Create(), words).Select(item => item.Word).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_command_says_what_it_does()
    {
        Assert.All(All(CommandLine.Create()), command => Assert.False(string.IsNullOrEmpty(command.Description), command.Name));
        Assert.All(All(CommandLine.Create()).SelectMany(command => command.Options), option => Assert.False(string.IsNullOrEmpty(option.Description), option.Name));
    }

    internal static IEnumerable<Command> All(Command command) => command.Subcommands.Where(sub => !sub.Hidden).SelectMany(All).Prepend(command);

    private static ParseResult Parse(string line) => CommandLine.Parse(line.Split(' '));
}
