using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces.Configuration.Keys;

namespace Gantry.Daemon.Workspaces.Configuration;

/// <summary>What <c>gantry config schema</c> prints.</summary>
public static class WorkspaceSchema
{
    /// <summary>The JSON Schema (draft-07) of <c>gantry.toml</c>, with the meaning and the default of every key.</summary>
    public static string ToJson() => SchemaDocument.Of(WorkspaceKeys.File, WorkspaceFolder.FileName, "A workspace of Gantry: everything that runs, and the edge in front of it.");
}
