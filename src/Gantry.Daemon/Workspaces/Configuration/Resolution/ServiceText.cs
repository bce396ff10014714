using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>The texts of one service, filled in for it.</summary>
/// <param name="Path">The service's full key, for messages: <c>services.api</c>.</param>
internal sealed record ServiceText(string Path, Consumer Consumer, Interpolator Interpolator)
{
    public string Fill(Setting<Template> text, string key) => Interpolator.Fill(text.Value, $"{Path}.{key}", Consumer);

    /// <summary>The argument list; a single string is handed to the shell, which is what POSIX calls <c>sh -c</c>.</summary>
    public ImmutableArray<string> Fill(Setting<CommandConfig> command, string key)
    {
        var arguments = command.Value.Arguments.Select(argument => Interpolator.Fill(argument, $"{Path}.{key}", Consumer));
        return command.Value.Shell ? ["/bin/sh", "-c", .. arguments] : [.. arguments];
    }

    /// <summary>As <see cref="Fill(Setting{Template}, string)"/>, for people.</summary>
    public string Show(Template text) => Interpolator.FillForShow(text, Consumer);
}
