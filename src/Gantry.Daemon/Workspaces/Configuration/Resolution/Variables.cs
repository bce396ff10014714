using System.Collections.Immutable;
using Gantry.Daemon.Configuration;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>What <c>${NAME}</c> means: the caller's environment, else the workspace's <c>.env</c>.</summary>
internal sealed class Variables
{
    public const string DotEnvName = ".env";

    private readonly ImmutableDictionary<string, string> _environment;
    private readonly Dictionary<string, DotEnvVariable> _dotEnv = new(StringComparer.Ordinal);

    private Variables(ImmutableDictionary<string, string> environment, ImmutableArray<DotEnvVariable> dotEnv)
    {
        _environment = environment;
        foreach (var variable in dotEnv)
        {
            _dotEnv[variable.Name] = variable;
        }
    }

    public IEnumerable<string> Names => _environment.Keys.Concat(_dotEnv.Keys);

    public static async Task<Variables> ReadAsync(string folder, ImmutableDictionary<string, string> environment, DiagnosticList diagnostics, CancellationToken ct)
    {
        var file = await BoundedFile.ReadAsync(Path.Combine(folder, DotEnvName), ct);
        if (!file.Sound && !file.Missing)
        {
            diagnostics.Error(SourcePlace.Whole(DotEnvName), $"the file {file.Fault}");
        }

        return new Variables(environment, file.Sound ? DotEnv.Parse(file.Bytes, DotEnvName, diagnostics) : []);
    }

    /// <summary>The value and, in words, where it came from; null where the variable is not set.</summary>
    public (string Value, string From)? Find(string name)
    {
        if (_environment.TryGetValue(name, out var value))
        {
            return (value, "the environment");
        }

        return _dotEnv.TryGetValue(name, out var variable) ? (variable.Value, $"{variable.Place}") : null;
    }
}
