using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>
/// A GANTRY_HOME of a test's own, with doors of its own on free ports, and everything that the test runs in it. When it is
/// disposed of, everything is told to end, and whatever does not is a failure.
/// </summary>
internal sealed class GantryHome : IAsyncDisposable
{
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(90);

    /// <summary>Short, because the path of a Unix socket is limited to 107 bytes.</summary>
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("g-");

    private readonly List<DaemonProcess> _daemons = [];

    private int _outputs;

    private GantryHome()
    {
        Path = System.IO.Path.Combine(_root.FullName, "home");
        // The run's word comes first: by it ./test finds a process even when this one was killed.
        Marker = $"{System.Environment.GetEnvironmentVariable("GANTRY_TEST_RUN")}-{_root.Name}";
        Environment = new Dictionary<string, string?>
        {
            ["GANTRY_HOME"] = Path,
            ["GANTRY_HTTP"] = "127.0.0.1:0",
            ["GANTRY_API"] = "127.0.0.1:0",
            ["GANTRY_HTTPS"] = "off",

            // As ./gantry gives it to the product.
            ["DOTNET_EnableDiagnostics"] = "0",
            ["GANTRY_SET"] = "DOTNET_EnableDiagnostics",
        };
        Client = new HomeClient(System.IO.Path.Combine(Path, "gantry.sock"));
        Survivors = new Survivors(Path, Marker);
        Cli = new GantryCli(this);
        Processes = new HomeProcesses(this);
    }

    /// <summary>The folder; the first daemon or command makes it.</summary>
    public string Path { get; }

    /// <summary>A word for arguments of processes that give up their environment, so that they are found none the less.</summary>
    public string Marker { get; }

    /// <summary>What every command and daemon of this home is started with; a test may add to it.</summary>
    public Dictionary<string, string?> Environment { get; }

    public HomeClient Client { get; }

    public GantryCli Cli { get; }

    public Survivors Survivors { get; }

    public HomeProcesses Processes { get; }

    /// <summary>What a test has to undo once everything has ended, before the folder goes: a mount, say.</summary>
    public List<Func<CancellationToken, Task>> Closing { get; } = [];

    /// <summary>What a test has to undo before everything is told to end: a disk that it filled, say.</summary>
    public Action Emptying { get; set; } = () => { };

    /// <summary>How long the last of everything may take to end once the daemon was told to stop.</summary>
    public TimeSpan EndPatience { get; private init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where foreground daemons write; beside the home, so that it never counts as one of its files.</summary>
    public string ServeLog => System.IO.Path.Combine(_root.FullName, "serve.log");

    public static GantryHome Create(TimeSpan? endPatience = null) => endPatience is { } patience ? new GantryHome { EndPatience = patience } : new GantryHome();

    /// <summary>A file of the home.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder of a workspace; nothing is started.</summary>
    public Task<TestWorkspace> WorkspaceAsync(string toml, CancellationToken ct, string name = "shop") =>
        TestWorkspace.CreateAsync(System.IO.Path.Combine(_root.FullName, "w", name), toml, ct);

    /// <summary>Makes the folder of a workspace, to be driven by the command line; nothing is started.</summary>
    public async Task<LiveWorkspace> LiveAsync(string toml, CancellationToken ct, string name = "shop") => new(this, await WorkspaceAsync(toml, ct, name));

    /// <summary>A file beside the home for what a background command writes; another one each time.</summary>
    public string OutputFile() => System.IO.Path.Combine(_root.FullName, string.Create(CultureInfo.InvariantCulture, $"output-{Interlocked.Increment(ref _outputs)}.log"));

    /// <summary>A folder beside the home, for a test's own files.</summary>
    public string Beside(string name) => Directory.CreateDirectory(System.IO.Path.Combine(_root.FullName, name)).FullName;

    /// <summary>Starts <c>gantry serve</c> in the foreground of a process that the test owns, and waits until it has taken over.</summary>
    public async Task<DaemonProcess> ServeAsync(CancellationToken ct, params string[] arguments)
    {
        var command = new Command(await Programs.GantryAsync(), ["serve", .. arguments]) { Environment = Environment, WorkingDirectory = _root.FullName };
        var daemon = new DaemonProcess(command.StartInBackground(ServeLog));
        _daemons.Add(daemon);
        await Eventually.IsTrueAsync(
            async () => daemon.HasExited || await Client.IsReadyAsync(ct),
            "the daemon is ready",
            ct);
        Assert.False(daemon.HasExited, $"gantry serve ended at once\n{await HomeReport.TailAsync(ServeLog, ct)}");
        return daemon;
    }

    /// <summary>The address of a door as <c>doctor</c> tells it: <c>api</c>, <c>edge</c>, …; null where it is closed.</summary>
    public async Task<string?> DoorAsync(string name, CancellationToken ct)
    {
        var report = await Client.GetAsync("/api/doctor", ct);
        return Doors(report).Where(door => door.Name == name).Select(door => door.Address).FirstOrDefault();
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(CleanUpPatience);
        try
        {
            Emptying();
            await EndEverythingAsync(patience.Token);
            await Survivors.NoneAsync(patience.Token, EndPatience);
        }
        finally
        {
            Survivors.Kill();
            _daemons.ForEach(daemon => daemon.Dispose());
            Client.Dispose();
            foreach (var close in Closing)
            {
                await close(patience.Token);
            }

            _root.Delete(recursive: true);
        }
    }

    private async Task EndEverythingAsync(CancellationToken ct)
    {
        if (!await Client.IsReadyAsync(ct))
        {
            if (Survivors.Processes().Count == 0 && !HasRecords())
            {
                return;
            }

            // What outlived its daemon is adopted, or swept, by the next one; that is the only way to end it as a user would.
            await ServeAsync(ct);
        }

        Survivors.Watch(Doors(await Client.GetAsync("/api/doctor", ct)).Select(door => PortOf(door.Address)).OfType<int>());
        foreach (var workspace in (await Client.GetAsync("/api/workspaces", ct)).EnumerateArray())
        {
            var id = workspace.GetProperty("id").GetString();
            var services = (await Client.GetAsync($"/api/workspaces/{id}", ct)).GetProperty("services");
            Survivors.Watch(services.EnumerateArray().Select(FrontPort).OfType<int>());
            using var removed = await Client.DeleteAsync($"/api/workspaces/{id}", ct);
            Assert.True(removed.IsSuccessStatusCode, $"DELETE of workspace {id} answered {removed.StatusCode}: {await removed.Content.ReadAsStringAsync(ct)}");
        }

        using var stopped = await Client.PostAsync("/api/daemon/stop", null, ct);
        Assert.True(stopped.IsSuccessStatusCode, $"the daemon answered {stopped.StatusCode} when told to stop");
    }

    private bool HasRecords() => Directory.Exists(File("workspaces")) && Directory.EnumerateFileSystemEntries(File("workspaces")).Any();

    private static int? FrontPort(JsonElement service) =>
        service.TryGetProperty("port", out var port) && port.ValueKind == JsonValueKind.Number ? port.GetInt32() : null;

    private static IEnumerable<(string Name, string? Address)> Doors(JsonElement report) =>
        report.GetProperty("doors").EnumerateArray().Select(door => (door.GetProperty("name").GetString()!, door.GetProperty("address").GetString()));

    private static int? PortOf(string? address) =>
        address?[(address.LastIndexOf(':') + 1)..] is { } port && int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? number : null;
}
