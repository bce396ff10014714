using Gantry.Daemon.Configuration;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>The description of <c>gantryd.toml</c> for editors.</summary>
public static class DaemonSchema
{
    /// <summary>The JSON Schema (draft-07) of <c>gantryd.toml</c>, with the meaning and the default of every key.</summary>
    public static string ToJson() => SchemaDocument.Of(DaemonKeys.File, DaemonConfigLoader.FileName, "A daemon of Gantry: its doors, logs, ports and the engine that it uses.");
}
