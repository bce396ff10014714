using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Supervisors;

/// <summary>Debian's supervisor, with its socket and files in the workbench's folder. Its daemon is a child of this process.</summary>
internal sealed class SupervisordSupervisor(Workbench bench) : ISupervisor
{
    private readonly string _root = bench.NewFolder("s");
    private Process? _daemon;

    public Contestant Who { get; } = Contestant.Peer("supervisord");

    private string Configuration => Path.Combine(_root, "supervisord.conf");

    public async Task StartAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(Path.Combine(_root, "conf.d"));
        var socket = Path.Combine(_root, "s.sock");
        await File.WriteAllTextAsync(Configuration, $"""
            [unix_http_server]
            file={socket}
            [supervisord]
            nodaemon=true
            logfile={_root}/supervisord.log
            pidfile={_root}/supervisord.pid
            childlogdir={_root}
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [supervisorctl]
            serverurl=unix://{socket}
            [include]
            files = {_root}/conf.d/*.conf
            """, ct);
        _daemon = new Command("/usr/bin/supervisord", ["-c", Configuration]) { Environment = bench.Mark, Folder = _root }.Start(Path.Combine(_root, "out"));
        await Until.TrueAsync(() => File.Exists(socket), "supervisord answers", ct);
    }

    public async Task<Setup> PrepareAsync(string name, ImmutableArray<Service> services, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        var conf = new StringBuilder();
        foreach (var service in services)
        {
            // startsecs=0: it is not to wait a second before it calls a program running.
            conf.Append(CultureInfo.InvariantCulture, $"""
                [program:{service.Name}]
                command={string.Join(' ', service.Command.Arguments.Prepend(service.Command.Program).Select(Quote))}{(service.Port is { } port ? $"\nenvironment=PORT={port}" : "")}
                autostart=false
                autorestart=false
                startsecs=0
                stdout_logfile={folder}/{service.Name}.out
                stdout_logfile_maxbytes=0
                stderr_logfile={folder}/{service.Name}.err

                """);
        }

        if (services.IsEmpty)
        {
            return new Setup(folder, Control("update"), Control("update"), Control("status"));
        }

        conf.Append(CultureInfo.InvariantCulture, $"[group:{name}]\nprograms={string.Join(',', services.Select(service => service.Name))}\n");
        await File.WriteAllTextAsync(Path.Combine(_root, "conf.d", $"{name}.conf"), conf.ToString(), ct);
        await Control("update").RunAsync(ct);
        return new Setup(folder, Control("start", $"{name}:*"), Control("stop", $"{name}:*"), Control("status", $"{name}:*"));
    }

    public Task<ImmutableArray<Keeper>> KeepersAsync(CancellationToken ct) => Task.FromResult<ImmutableArray<Keeper>>([new Keeper("daemon", _daemon!.Id)]);

    public KeptOutput OutputOf(Setup setup, string service) => new(Path.Combine(setup.Folder, $"{service}.out"));

    public async ValueTask DisposeAsync()
    {
        if (_daemon is null)
        {
            return;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        if (!_daemon.HasExited)
        {
            LiveProcess.Terminate(_daemon.Id);
        }

        await _daemon.WaitForExitAsync(patience.Token);
        _daemon.Dispose();
    }

    /// <summary>As its reader of configuration takes it apart: like a shell's words, with a percent sign for what it fills in.</summary>
    private static string Quote(string word) => $"'{word.Replace("%", "%%", StringComparison.Ordinal)}'";

    private Command Control(params string[] arguments) => new("/usr/bin/supervisorctl", ["-c", Configuration, .. arguments]) { Environment = bench.Mark, Folder = _root };
}
