using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Supervisors;

/// <summary>Gantry in a home of its own, with its doors on free ports. Its daemon is a child of this process, so that it can be killed.</summary>
internal sealed class GantrySupervisor(Workbench bench) : ISupervisor
{
    private readonly string _root = bench.NewFolder("g");
    private Process? _daemon;
    private HomeClient? _client;

    public Contestant Who => Contestant.Gantry;

    /// <summary>Of its workspaces.</summary>
    public string Lifetime { get; init; } = "workspace";

    public string Home => Path.Combine(_root, "home");

    public HomeClient Client => _client ??= new HomeClient(Path.Combine(Home, "gantry.sock"));

    public async Task StartAsync(CancellationToken ct)
    {
        StartDaemon();
        await Until.TrueAsync(async () => await Client.IsReadyAsync(ct), "gantry serve answers", ct);
    }

    /// <summary>Starts the daemon and returns at once.</summary>
    public void StartDaemon()
    {
        _daemon?.Dispose();
        _daemon = Gantry("serve").Start(Path.Combine(_root, "serve.log"));
    }

    /// <summary>SIGKILL; returns once it is gone.</summary>
    public async Task KillDaemonAsync(CancellationToken ct)
    {
        _daemon!.Kill();
        await _daemon.WaitForExitAsync(ct);
    }

    public async Task<Setup> PrepareAsync(string name, ImmutableArray<Service> services, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        var toml = new StringBuilder().Append(CultureInfo.InvariantCulture, $"[workspace]\nname = \"{name}\"\nlifetime = \"{Lifetime}\"\n");
        foreach (var service in services)
        {
            toml.Append(CultureInfo.InvariantCulture, $"\n[services.{service.Name}]\n");
            toml.Append(service.Announces ? "health = { notify = true }\n" : "");
            toml.Append(service.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"target_port = {port}\n") : "type = \"worker\"\n");
            toml.Append(CultureInfo.InvariantCulture, $"command = [{string.Join(", ", service.Command.Arguments.Prepend(service.Command.Program).Select(Quote))}]\n");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "gantry.toml"), toml.ToString(), ct);
        return new Setup(folder, Gantry("up") with { Folder = folder }, Gantry("down") with { Folder = folder }, Gantry("status") with { Folder = folder });
    }

    public async Task<ImmutableArray<Keeper>> KeepersAsync(CancellationToken ct)
    {
        var daemon = (await Client.GetAsync("/api/doctor", ct)).GetProperty("daemon");
        var guardian = daemon.GetProperty("guardian");
        return guardian.ValueKind == JsonValueKind.Number
            ? [new Keeper("daemon", daemon.GetProperty("pid").GetInt32()), new Keeper("guardian", guardian.GetInt32())]
            : [new Keeper("daemon", daemon.GetProperty("pid").GetInt32())];
    }

    public KeptOutput OutputOf(Setup setup, string service)
    {
        var logs = Path.Combine(Home, "logs");
        var folder = Directory.Exists(logs) ? Directory.EnumerateDirectories(logs, service, SearchOption.AllDirectories).FirstOrDefault() : null;
        return new KeptOutput(folder is null ? "" : Path.Combine(folder, "0")) { IsStamped = true };
    }

    /// <summary>The workspace as <c>status --json</c> has it.</summary>
    public static async Task<WorkspaceView> ViewAsync(Setup setup, CancellationToken ct)
    {
        var status = JsonDocument.Parse((await (setup.Status with { Arguments = [.. setup.Status.Arguments, "--json"] }).RunAsync(ct)).Output).RootElement;
        return WorkspaceView.Of(status);
    }

    /// <remarks>As it is by default, but for its doors, and that no output is rotated away: it is counted line by line.</remarks>
    public Command Gantry(params string[] arguments) => new(bench.Options.Gantry, [.. arguments])
    {
        Environment = bench.Mark
            .Add("GANTRY_HOME", Home)
            .Add("GANTRY_HTTP", "127.0.0.1:0")
            .Add("GANTRY_API", "127.0.0.1:0")
            .Add("GANTRY_HTTPS", "off")
            .Add("GANTRY_LOG_MAX_FILES", "1000")

            // As ./gantry gives it to the product.
            .Add("DOTNET_EnableDiagnostics", "0")
            .Add("GANTRY_SET", "DOTNET_EnableDiagnostics"),
        Folder = _root,
    };

    public async ValueTask DisposeAsync()
    {
        if (_daemon is null)
        {
            return;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        if (_daemon.HasExited)
        {
            await StartAsync(patience.Token);
        }

        await Gantry("down", "--all").RunAsync(patience.Token);
        LiveProcess.Terminate(_daemon.Id);
        await _daemon.WaitForExitAsync(patience.Token);
        _daemon.Dispose();
        _client?.Dispose();
    }

    /// <summary>As a basic string of TOML.</summary>
    private static string Quote(string word) => $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
