using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>What is said to whoever names a service that a workspace does not have.</summary>
internal static class UnknownService
{
    /// <summary>The file has it, and its profile was not chosen.</summary>
    public const string ProfileOff = "profile-off";

    /// <summary>The file has it, and it was not applied yet.</summary>
    public const string NotApplied = "not-applied";

    /// <param name="workspace">Its name.</param>
    /// <param name="known">The services that it has.</param>
    /// <param name="written">Those that stand in its file besides, with their profiles.</param>
    public static Fault Of(string workspace, string unknown, IReadOnlyCollection<string> known, IReadOnlyDictionary<string, ImmutableArray<string>>? written = null) =>
        written?.GetValueOrDefault(unknown) switch
        {
            { IsDefaultOrEmpty: false } profiles => new Fault(ProfileOff, $"{unknown} belongs to {Profiles(profiles)} chosen", $"gantry up --profile {profiles[0]}"),
            { IsDefault: false } => new Fault(NotApplied, $"{unknown} stands in {WorkspaceFolder.FileName}, and has not been up yet", $"gantry up {unknown}"),
            _ => new Fault("unknown-service", $"{workspace} has no service {unknown}", Suggestion.Help(unknown, known, "it has") ?? "gantry status lists what it has"),
        };

    private static string Profiles(ImmutableArray<string> profiles) => profiles is [var only]
        ? $"the profile {only}, which is not"
        : $"the profiles {string.Join(", ", profiles)}, none of which is";
}
