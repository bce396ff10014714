using System.Net.Sockets;
using System.Text;
using Gantry.Daemon.Edge;
using Gantry.Daemon.Workspaces;
using Gantry.Proxy;
using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Native;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gantry.Daemon.Hosting;

/// <summary>The daemon: takes the home's lock, takes over from the one before, opens its doors, serves until told to leave.</summary>
internal static class DaemonHost
{
    /// <summary>How long a new daemon waits for an old one that is just leaving.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LockEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Serves until <paramref name="ct"/> or a signal ends it.</summary>
    /// <exception cref="DaemonException">It cannot start.</exception>
    public static async Task RunAsync(DaemonOptions options, CancellationToken ct)
    {
        if (options.IsAutomatic)
        {
            // The command that starts us may be some service's own, and what we run must not end with that one.
            CgroupMount.LeaveHomes();
        }

        using var only = await LockAsync(options, ct);
        using var doors = Doors.Open(options);
        var tenure = new HomeTenure(options.Home, only);
        await using var app = Build(options, doors, tenure);
        var state = app.Services.GetRequiredService<DaemonState>();
        await app.Services.GetRequiredService<WorkloadManager>().RestoreAsync(ct);
        await app.StartAsync(ct);
        state.IsReady = true;
        tenure.NoteOpened();
        doors.Tell(app.Services.GetRequiredService<ILogger<Doors>>());
        await app.WaitForShutdownAsync(ct);
        if (tenure.HasLock)
        {
            File.Delete(options.Home.Socket);
        }
    }

    private static async Task<AdvisoryLock> LockAsync(DaemonOptions options, CancellationToken ct)
    {
        // Of several that commands start at once all but one are too many: they leave at once, and their commands ask the one.
        var patience = options.IsAutomatic ? TimeSpan.Zero : LockPatience;
        var home = options.Home;
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (AdvisoryLock.TryTake(home.DaemonLock) is { } taken)
            {
                taken.Write(Encoding.UTF8.GetBytes($"{Environment.ProcessId}\n"));
                return taken;
            }

            // One that is leaving has closed its socket first; one that answers is not going to leave.
            if (TimeProvider.System.GetElapsedTime(since) >= patience || Accepts(home.Socket))
            {
                var holder = (await File.ReadAllTextAsync(home.DaemonLock, ct)).Trim();
                throw new DaemonException($"a daemon already runs for {home.Path} (pid {holder})", "use it, stop it with `gantry daemon stop`, or set another GANTRY_HOME");
            }

            await Task.Delay(LockEvery, TimeProvider.System, ct);
        }
    }

    private static bool Accepts(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static WebApplication Build(DaemonOptions options, Doors doors, HomeTenure tenure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "gantry", ContentRootPath = options.Home.Path });
        builder.AddDaemonLog(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.PassHeadersThrough();
            doors.Mount(kestrel);
        });
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = Doors.Bind);
        builder.Services.AddDaemonJson();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(options)
            .AddSingleton(options.Home)
            .AddSingleton(doors)
            .AddSingleton(tenure)
            .AddSingleton<DaemonState>()
            .AddSingleton(provider => new Gatekeeper(ApiKey.Of(options.Home, provider.GetRequiredService<ILogger<Gatekeeper>>()), TimeProvider.System))
            .AddHostedService<IdleWatch>()
            .AddHostedService<HomeWatch>()
            .AddHostedService<QuietMemory>()
            .AddHostedService<Housekeeping>()
            .AddWorkloads(options)
            .AddWorkspaces(provider => (workspace, service) => provider.GetRequiredService<EdgeState>().IsNamed(workspace, service) ? doors.EdgePort : null)
            .AddSingleton<IWorkspaceDoubts, ClosedEdge>()
            .AddEdge();

        var app = builder.Build();
        app.Services.GetRequiredService<LogNames>().Manager = app.Services.GetRequiredService<WorkloadManager>();
        app.Use(ProblemResults.CatchAsync);
        app.MapWhen(context => Doors.Of(context) == Door.Edge, edge => edge.UseEdge());
        app.MapWhen(context => Doors.Of(context) != Door.Edge, api => MapApi(api, builder.Services));
        return app;
    }

    private static void MapApi(IApplicationBuilder app, IServiceCollection services)
    {
        var gatekeeper = app.ApplicationServices.GetRequiredService<Gatekeeper>();
        app.Use(ProblemResults.FillAsync);
        app.Use(gatekeeper.InvokeAsync);

        // A caller who is gone is noticed by a ping where nothing is read from it: an exec whose command takes no input.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(5) });
        app.UseRouting();
        app.UseEndpoints(endpoints =>
        {
            var api = endpoints.MapGroup("/api");
            DaemonEndpoints.Map(api);
            DaemonEndpoints.MapHealth(endpoints);
            WorkspaceEndpoints.Map(api);
            EventEndpoint.Map(api);
            Documentation.Map(endpoints, services);
        });
        app.Run(context => ProblemResults.WriteAsync(context, new Problem
        {
            Title = "Not found",
            Status = StatusCodes.Status404NotFound,
            Code = "not-found",
            Detail = $"there is nothing at {context.Request.Path}",
            Remedy = "see /docs",
        }));
    }

    private static IServiceCollection AddWorkloads(this IServiceCollection services, DaemonOptions options) => services
        .AddSingleton(_ => new PortLeases(options.Config.Ports.Value.Range.Value.First, options.Config.Ports.Value.Range.Value.Last))
        .AddSingleton<PortRegistry>()
        .AddSingleton(options.Guardian)
        .AddSingleton<ProcessDriver>()
        .AddSingleton<IRuntimeDriver>(provider => provider.GetRequiredService<ProcessDriver>())
        .AddSingleton<IRuntimeDriver, SiteDriver>()
        .AddSingleton<WorkloadManager>();
}
