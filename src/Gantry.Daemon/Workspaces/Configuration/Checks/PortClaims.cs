using System.Globalization;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Checks;

/// <summary>Ports of the host that the file gives away: each can be given once.</summary>
internal static class PortClaims
{
    private sealed record Claim(Named<ServiceConfig> Service, string Key, int Port, SourcePlace Place);

    public static void Check(WorkspaceConfig config, DiagnosticList diagnostics)
    {
        foreach (var contested in config.Services.Value.SelectMany(Of).GroupBy(claim => claim.Port))
        {
            var claims = contested.ToArray();
            for (var i = 1; i < claims.Length; i++)
            {
                if (claims.Take(i).FirstOrDefault(earlier => Collide(earlier, claims[i])) is { } other)
                {
                    diagnostics.Error(
                        claims[i].Place,
                        $"services.{claims[i].Service.Name}.{claims[i].Key}: port {contested.Key} is already services.{other.Service.Name}.{other.Key} at {other.Place}",
                        "give one of them another port, or leave it out to have one chosen");
                }
            }
        }
    }

    private static IEnumerable<Claim> Of(Named<ServiceConfig> service)
    {
        if (service.Value.Port is { } port)
        {
            yield return new Claim(service, "port", port.Value, port.Place);
        }

        if (service.Value.Runtime == RuntimeKind.Process && service.Value.TargetPort is { } target)
        {
            yield return new Claim(service, "target_port", target.Value, target.Place);
        }

        foreach (var published in service.Value.Ports.Value)
        {
            var parts = published.Value.Source.Split(':');
            if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var host))
            {
                yield return new Claim(service, "ports", host, published.Place);
            }
        }
    }

    /// <summary>A process that listens on its own front port is told so elsewhere, and services of different profiles need not meet.</summary>
    private static bool Collide(Claim first, Claim second)
    {
        if (first.Service.Name == second.Service.Name)
        {
            return first.Key != "port" || second.Key != "target_port";
        }

        var (ours, theirs) = (first.Service.Value.Profiles.Value, second.Service.Value.Profiles.Value);
        return ours.IsEmpty || theirs.IsEmpty || ours.Any(profile => theirs.Any(other => other.Value == profile.Value));
    }
}
