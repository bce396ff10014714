using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Configuration.Types;
using Gantry.Daemon.Workspaces.Configuration.Checks;
using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Workspaces.Configuration.Keys;

/// <summary>The kinds of value that several keys of <c>gantry.toml</c> share.</summary>
internal static class ValueTypes
{
    public static readonly ConfigType<string> Text = new TextType();

    /// <summary>What a workspace, a service or a profile is called.</summary>
    public static readonly ConfigType<string> Name = new TextType(WorkloadName.Pattern);

    public static readonly ConfigType<string> HostName = new TextType(WorkspaceNames.HostNamePattern);

    /// <summary>An exact path, or a prefix ending in <c>/*</c>.</summary>
    public static readonly ConfigType<string> RoutePath = new TextType(RouteChecks.PathPattern);

    public static readonly ConfigType<bool> Flag = new FlagType();

    public static readonly ConfigType<Template> Template = new TemplateType();

    public static readonly ConfigType<int> Port = new IntegerType(1, 65535, "a port");

    public static readonly ConfigType<ImmutableArray<Setting<string>>> TextList = new ListType<string>(Text, "strings");

    public static readonly ConfigType<ImmutableArray<Setting<string>>> NameList = new ListType<string>(Name, "strings");

    public static readonly ConfigType<ImmutableArray<Setting<Template>>> TemplateList = new ListType<Template>(Template, "strings");

    /// <summary>A string, or a number that becomes one.</summary>
    public static readonly ConfigType<Template> TextOrNumber = new EitherType<Template>("a string or an integer", "string or integer", Template, new WholeNumberType());

    public static readonly ConfigType<ImmutableArray<Setting<Template>>> TextOrNumberList = new ListType<Template>(TextOrNumber, "strings or integers");

    public static readonly ConfigType<ImmutableArray<Named<Template>>> Variables = new MapType<Template>(
        new EitherType<Template>("a string, a number or a boolean", "string, number or boolean", new TemplateType(allowEmpty: true), new LiteralScalarType()),
        "variables");

    /// <summary>A list, or one string that stands for a list of one.</summary>
    public static readonly ConfigType<ImmutableArray<Setting<string>>> TextOrList = new EitherType<ImmutableArray<Setting<string>>>(
        "a string or a list of strings",
        "string or list",
        new ConvertedType<string, ImmutableArray<Setting<string>>>(Text, one => [one], _ => null),
        TextList);

    public static readonly ConfigType<CommandConfig> Command = new EitherType<CommandConfig>(
        "a list of arguments, or one string for the shell",
        "list or string",
        new ConvertedType<ImmutableArray<Setting<Template>>, CommandConfig>(
            new ListType<Template>(new TemplateType(allowEmpty: true), "strings", minimum: 1),
            list => new CommandConfig([.. list.Value.Select(argument => argument.Value)], Shell: false),
            command => command.Shell ? null : Setting.Default<ImmutableArray<Setting<Template>>>([.. command.Arguments.Select(Setting.Default)])),
        new ConvertedType<Template, CommandConfig>(
            Template,
            line => new CommandConfig([line.Value], Shell: true),
            command => command.Shell ? Setting.Default(command.Arguments[0]) : null));

    public static readonly ConfigType<string> Signal = new FormType<string>(
        "signal",
        "the name of a signal, such as \"SIGTERM\" or \"INT\"",
        (string text, [MaybeNullWhen(false)] out string value, out string? fault) =>
        {
            var number = Signals.Number(text);
            value = number is null ? null : Signals.Name(number.Value);
            var closest = Suggestion.Closest(text, Signals.All);
            fault = closest is null ? null : $"did you mean \"{closest}\"?";
            return number is not null;
        },
        name => name,
        $"^\\s*({SchemaText.InAnyCase("SIG")})?({string.Join('|', Signals.All.Select(name => SchemaText.InAnyCase(name["SIG".Length..])))})\\s*$");

    public static readonly ConfigType<BackoffRange> Backoff = new FormType<BackoffRange>(
        "duration or range of durations",
        "a duration or a range of two, up to 1h, such as \"1s..30s\"",
        BackoffText.TryRead,
        BackoffText.Write);

    public static readonly ConfigType<AttemptLimit> Attempts = new EitherType<AttemptLimit>(
        "an integer from 1 to 1000000 or \"unlimited\"",
        "integer or `\"unlimited\"`",
        new ConvertedType<int, AttemptLimit>(new IntegerType(1, 1_000_000), count => new AttemptLimit(count.Value), limit => limit.Count is { } count ? Setting.Default(count) : null),
        new ChoiceType<AttemptLimit>(("unlimited", new AttemptLimit(null))));
}
