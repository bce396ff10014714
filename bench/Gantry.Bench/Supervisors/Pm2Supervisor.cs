using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Supervisors;

/// <summary>pm2 from npm, with PM2_HOME in the workbench's folder.</summary>
internal sealed class Pm2Supervisor(Workbench bench, string program) : ISupervisor
{
    private readonly string _root = bench.NewFolder("p");
    private bool _started;

    public Contestant Who { get; } = Contestant.Peer("pm2");

    private string Home => Path.Combine(_root, "home");

    public async Task StartAsync(CancellationToken ct)
    {
        _started = true;
        await Pm2("ping").RunAsync(ct);
    }

    public async Task<Setup> PrepareAsync(string name, ImmutableArray<Service> services, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        var file = new JsonObject { ["apps"] = new JsonArray([.. services.Select(service => Describe(folder, service))]) };
        var path = Path.Combine(folder, "ecosystem.json");
        await File.WriteAllTextAsync(path, file.ToJsonString(), ct);
        // Nothing to start is an error to pm2, as nothing to delete is: where there is nothing, it is asked whether it lives.
        return services.IsEmpty
            ? new Setup(folder, Pm2("ping"), Pm2("ping"), Pm2("jlist"))
            : new Setup(folder, Pm2("start", path), Pm2("delete", path), Pm2("jlist"));
    }

    public Task<ImmutableArray<Keeper>> KeepersAsync(CancellationToken ct) =>
        Task.FromResult<ImmutableArray<Keeper>>([new Keeper("daemon", int.Parse(File.ReadAllText(Path.Combine(Home, "pm2.pid")), CultureInfo.InvariantCulture))]);

    public KeptOutput OutputOf(Setup setup, string service) => new(Path.Combine(setup.Folder, $"{service}.out"));

    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await Pm2("kill").RunAsync(patience.Token);
        }
    }

    /// <summary>A program of Node.js runs under pm2's own wrapper, through which it can say that it is ready; any other as it is.</summary>
    private static JsonObject Describe(string folder, Service service)
    {
        var isNode = Path.GetFileName(service.Command.Program) == "node";
        var words = isNode ? service.Command.Arguments : service.Command.Arguments.Insert(0, service.Command.Program);
        return new JsonObject
        {
            ["name"] = service.Name,
            ["script"] = words[0],
            ["args"] = new JsonArray([.. words.Skip(1).Select(word => JsonValue.Create(word))]),
            ["interpreter"] = isNode ? "node" : "none",
            ["wait_ready"] = service.Announces,
            ["out_file"] = Path.Combine(folder, $"{service.Name}.out"),
            ["error_file"] = Path.Combine(folder, $"{service.Name}.err"),
            ["merge_logs"] = true,
            ["autorestart"] = false,
            ["env"] = service.Port is { } port ? new JsonObject { ["PORT"] = port } : [],
        };
    }

    private Command Pm2(params string[] arguments) => new(program, [.. arguments])
    {
        Environment = bench.Mark.Add("PM2_HOME", Home),
        Folder = _root,
    };
}
