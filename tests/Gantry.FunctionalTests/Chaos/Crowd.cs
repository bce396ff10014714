using Gantry.FunctionalTests.Harness;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>The workspace that is broken here: a server, one that refuses to end, and descendants that left their session.</summary>
internal static class Crowd
{
    /// <summary>Grandchildren with the home's marker in <see cref="Toml"/>.</summary>
    public const int Detached = 2;

    /// <param name="lifetime"><c>daemon</c> or <c>workspace</c>.</param>
    /// <param name="grace">What those that ignore SIGTERM are given.</param>
    /// <param name="clearEnvironment">Whether one of the grandchildren gives up its environment, too.</param>
    public static string Toml(GantryHome home, string lifetime, bool clearEnvironment = true, string grace = "1s") =>
        $$"""
        [workspace]
        lifetime = "{{lifetime}}"

        [services.api]
        command = {{TestWorkspace.Run("serve", "--name", "api")}}
        health  = { http = "/health", interval = "1s" }

        [services.stubborn]
        type    = "worker"
        command = {{TestWorkspace.Run("ignore-sigterm")}}
        health  = { log = "ready, and staying" }
        stop    = { grace = "{{grace}}" }

        [services.forked]
        type    = "worker"
        command = {{TestWorkspace.Run("double-fork", home.Marker, "--ignore-sigterm")}}
        stop    = { grace = "{{grace}}" }

        [services.daemonised]
        type    = "worker"
        command = {{TestWorkspace.Run(["double-fork", home.Marker, "--setsid", .. clearEnvironment ? ["--clear-env"] : Array.Empty<string>()])}}
        """;

    /// <summary>Brings it up, and waits until the grandchildren are there as well.</summary>
    /// <returns>Everything that runs now.</returns>
    public static async Task<IReadOnlyList<HostProcess>> UpAsync(GantryHome home, LiveWorkspace workspace, CancellationToken ct)
    {
        await workspace.UpAsync(ct);
        await home.Processes.UntilMarkedAsync(Detached, ct);
        return await home.Processes.WorkloadsAsync();
    }
}
