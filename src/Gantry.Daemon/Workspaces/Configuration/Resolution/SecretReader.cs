using System.Collections.Immutable;
using System.Text;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>Reads the secrets that services refer to. No message of it repeats a value.</summary>
internal sealed class SecretReader(Identity identity, Variables variables, Interpolator interpolator, LoadOptions options, DiagnosticList diagnostics)
{
    private static readonly Consumer Nobody = new(null, RuntimeKind.Process);

    public async Task<Secrets> ReadAsync(IEnumerable<Named<SecretConfig>> secrets, CancellationToken ct)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var secret in secrets)
        {
            var value = await ReadAsync(TomlText.Join("secrets", secret.Name), secret.Value, ct);
            if (value is not null && value.Contains('\0', StringComparison.Ordinal))
            {
                diagnostics.Error(secret.Place, $"{TomlText.Join("secrets", secret.Name)}: the secret contains U+0000, which cannot be handed to a program");
            }
            else if (value is not null)
            {
                values.Add(secret.Name, value);
            }
        }

        return new Secrets(values.ToImmutable());
    }

    private async Task<string?> ReadAsync(string path, SecretConfig secret, CancellationToken ct) => secret switch
    {
        { Env: { } name } => FromVariable(path, name),
        { File: { } file } => await FromFileAsync(path, file.Place, interpolator.Fill(file.Value, $"{path}.file", Nobody), ct),
        { Command: { } command } => await FromCommandAsync(path, command, ct),
        _ => null,
    };

    private string? FromVariable(string path, Setting<string> name)
    {
        if (variables.Find(name.Value) is { } found)
        {
            return found.Value;
        }

        var closest = Suggestion.Closest(name.Value, variables.Names);
        diagnostics.Error(name.Place, $"{path}.env: the variable {name.Value} is not set", closest is null ? "set it in the environment or in .env" : $"did you mean \"{closest}\"?");
        return null;
    }

    private async Task<string?> FromFileAsync(string path, SourcePlace place, string file, CancellationToken ct)
    {
        var read = await BoundedFile.ReadAsync(identity.Absolute(file), ct);
        if (!read.Sound)
        {
            diagnostics.Error(place, $"{path}.file: {Found.Quote(file)} {read.Fault}", read.Missing ? "the path is relative to the workspace's folder" : null);
            return null;
        }

        return Decode(read.Bytes, $"{path}.file", place);
    }

    private async Task<string?> FromCommandAsync(string path, Setting<CommandConfig> command, CancellationToken ct)
    {
        var arguments = new ServiceText(path, Nobody, interpolator).Fill(command, "command");
        if (string.IsNullOrWhiteSpace(arguments[^1]) && command.Value.Shell || arguments[0].Length == 0)
        {
            diagnostics.Error(command.Place, $"{path}.command: the command is empty once its references are filled in");
            return null;
        }

        var outcome = await SecretCommand.RunAsync(arguments, identity.Folder, options.Environment, options.HomeId, options.Time, ct);
        if (outcome.Fault is { } fault)
        {
            diagnostics.Error(command.Place, $"{path}.command: {fault}", outcome.Help);
            return null;
        }

        return Decode(outcome.Output, $"{path}.command", command.Place);
    }

    private string? Decode(byte[] bytes, string path, SourcePlace place)
    {
        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        }
        catch (DecoderFallbackException)
        {
            diagnostics.Error(place, $"{path}: the secret is not UTF-8 text", "programs are handed secrets as variables, which hold text");
            return null;
        }
    }
}
