using System.Text;

namespace Gantry.Tests.Workspaces;

/// <summary>A service of <see cref="WorkspaceModel"/>.</summary>
internal sealed record ServiceModel(string Name, int Port)
{
    public string Command { get; init; } = "run 0";

    public SortedDictionary<string, string> Env { get; init; } = [];

    /// <summary>The service whose port its environment names.</summary>
    public string? Consumes { get; init; }

    public int Replicas { get; init; } = 1;

    public string? HealthPath { get; init; }

    public int GraceSeconds { get; init; } = 10;

    public string Restart { get; init; } = "on-failure";

    public int? Pids { get; init; }
}

/// <summary>
/// A workspace as a test thinks of it, far from the product's own types: it writes itself as a file, is edited at
/// random, and says by its own rules which services an edit must restart.
/// </summary>
internal sealed record WorkspaceModel(List<ServiceModel> Services, SortedDictionary<string, string> Env, bool Ends)
{
    public static WorkspaceModel Small() => new(
        [new ServiceModel("db", 21000), new ServiceModel("api", 21001) { Consumes = "db" }, new ServiceModel("web", 21002) { Consumes = "api" }],
        new() { ["LEVEL"] = "info" },
        Ends: false);

    /// <summary>The file, with layout, comments and order of the services chosen by <paramref name="style"/>: those must never matter.</summary>
    public string Write(Random style)
    {
        var text = new StringBuilder();
        Noise();
        text.Append($"[workspace]\nname = \"model\"\nlifetime = \"{(Ends ? "daemon" : "workspace")}\"\n[env]\n");
        foreach (var (name, value) in Env)
        {
            text.Append($"{name} = \"{value}\"\n");
        }

        foreach (var service in Services.OrderBy(_ => style.Next()))
        {
            Noise();
            text.Append($"[services.{service.Name}]\ncommand = [\"{string.Join("\", \"", service.Command.Split(' '))}\"]\nport = {service.Port}\n");
            text.Append($"replicas = {service.Replicas}\nstop = {{ grace = \"{service.GraceSeconds}s\" }}\nrestart = \"{service.Restart}\"\n");
            text.Append(service.HealthPath is null ? "" : $"health = {{ http = \"{service.HealthPath}\" }}\n");
            text.Append(service.Pids is null ? "" : $"limits = {{ pids = {service.Pids} }}\n");
            var env = service.Env.Select(pair => $"{pair.Key} = \"{pair.Value}\"").ToList();
            if (service.Consumes is { } other)
            {
                env.Add($"OTHER = \"${{services.{other}.port}}\"");
                text.Append($"depends_on = [\"{other}\"]\n");
            }

            text.Append($"env = {{ {string.Join(", ", env)} }}\n");
        }

        return text.ToString();

        void Noise() => text.Append(style.Next(3) switch { 0 => "# a remark\n", 1 => "\n\n", _ => "" });
    }

    /// <summary>One edit somewhere.</summary>
    public WorkspaceModel Edit(Random random)
    {
        var index = random.Next(Services.Count);
        var service = Services[index];
        var number = random.Next(1000);
        return random.Next(16) switch
        {
            0 => With(index, service with { Command = $"run {number}" }),
            1 => With(index, service with { Env = new(service.Env) { ["VALUE"] = $"{number}" } }),
            2 => With(index, service with { Env = [] }),
            3 => With(index, service with { Port = 22000 + number }),
            4 or 14 => With(index, service with { Replicas = random.Next(1, 4) }),
            5 => With(index, service with { HealthPath = service.HealthPath is null ? $"/health{number}" : null }),
            6 => With(index, service with { GraceSeconds = number + 1 }),
            7 => With(index, service with { Restart = service.Restart == "always" ? "never" : "always" }),
            8 => With(index, service with { Pids = service.Pids is null ? number + 1 : null }),
            9 => this with { Env = new(Env) { ["LEVEL"] = $"{number}" } },
            10 => this with { Env = new(Env) { [$"V{number % 3}"] = "x" } },
            11 => this with { Ends = !Ends },
            12 when Services.Count < 8 => this with { Services = [.. Services, Fresh(random, number)] },
            13 when Services.Count > 1 => Without(service.Name),
            _ => this,
        };
    }

    /// <summary>What a service's processes consist of: another text means that they have to be replaced.</summary>
    public string RunOf(ServiceModel service)
    {
        var env = new SortedDictionary<string, string>(Env);
        foreach (var (name, value) in service.Env)
        {
            env[name] = value;
        }

        if (service.Consumes is { } other)
        {
            // Told twice: by its own interpolation, and by the address that is injected for a dependency.
            env["OTHER"] = $"{Services.First(found => found.Name == other).Port}";
        }

        return $"{service.Command}|{service.Pids}|{Ends}|{service.Consumes}|{string.Join(",", env.Select(pair => $"{pair.Key}={pair.Value}"))}";
    }

    /// <summary>The rules around a service's processes: another text means that they are looked after differently.</summary>
    public string RulesOf(ServiceModel service)
    {
        var dependency = service.Consumes is { } other ? $"{other} {Services.First(found => found.Name == other).HealthPath is not null}" : "";
        return $"{service.HealthPath}|{service.GraceSeconds}|{service.Restart}|{service.Port}|{dependency}";
    }

    private static ServiceModel Fresh(Random random, int number) => new($"s{number}x{random.Next(1000)}", 23000 + random.Next(5000));

    private WorkspaceModel With(int index, ServiceModel service)
    {
        // Two services with one port would be a fault of the file, which is not what is asked here.
        var taken = Services.Where((_, i) => i != index).Any(other => other.Port == service.Port);
        return taken ? this : this with { Services = [.. Services.Select((other, i) => i == index ? service : other)] };
    }

    private WorkspaceModel Without(string name) => this with
    {
        Services = [.. Services.Where(service => service.Name != name).Select(service => service.Consumes == name ? service with { Consumes = null } : service)],
    };
}
