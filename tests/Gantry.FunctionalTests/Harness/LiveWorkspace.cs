using System.Globalization;
using System.Net;
using System.Text.Json;
using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>A workspace of one home, driven from its folder by the command line, as its owner drives it, and looked at by the API.</summary>
internal sealed class LiveWorkspace(GantryHome home, TestWorkspace files)
{
    public string Folder => files.Folder;

    public TestWorkspace Files => files;

    /// <summary>Runs a command in the workspace's folder, to its end.</summary>
    public Task<CommandResult> RunAsync(CancellationToken ct, params string[] arguments) => home.Cli.RunAsync(arguments, ct, Folder);

    /// <summary>Runs a command that has to succeed.</summary>
    public async Task<CommandResult> DoAsync(CancellationToken ct, params string[] arguments) => (await RunAsync(ct, arguments)).ShouldExit(0);

    /// <summary>Starts a command without waiting for it.</summary>
    public async Task<BackgroundCommand> StartAsync(params string[] arguments)
    {
        var command = new Command(await Programs.GantryAsync(), arguments) { Environment = home.Environment, WorkingDirectory = Folder };
        return BackgroundCommand.Start(command, home.OutputFile());
    }

    /// <summary><c>gantry up</c>, which returns once everything is ready.</summary>
    public Task<CommandResult> UpAsync(CancellationToken ct, params string[] more) => DoAsync(ct, ["up", .. more]);

    public Task<CommandResult> DownAsync(CancellationToken ct) => DoAsync(ct, "down");

    /// <summary>As <c>gantry status --json</c> prints it.</summary>
    public async Task<WorkspaceView> StatusAsync(CancellationToken ct) => WorkspaceView.Of((await DoAsync(ct, "status", "--json")).Json());

    /// <summary>The same, asked by the executable of another build.</summary>
    public async Task<WorkspaceView> StatusByAsync(string gantry, CancellationToken ct) =>
        WorkspaceView.Of((await new Command(gantry, "status", "--json") { Environment = home.Environment, WorkingDirectory = Folder }.RunAsync(ct)).ShouldExit(0).Json());

    /// <summary>As the API answers; null where it is not up. Cheaper than a command, for looking again and again.</summary>
    public async Task<WorkspaceView?> LookAsync(CancellationToken ct)
    {
        try
        {
            return await IdAsync(ct) is { } id ? WorkspaceView.Of(await home.Client.GetAsync($"/api/workspaces/{id}", ct)) : null;
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            // It went down between the two questions.
            return null;
        }
    }

    /// <summary>Its id as the API lists it; null where it is not up.</summary>
    public async Task<string?> IdAsync(CancellationToken ct) =>
        (await home.Client.GetAsync("/api/workspaces", ct)).EnumerateArray()
            .Where(workspace => workspace.GetProperty("path").GetString() == Folder)
            .Select(workspace => workspace.GetProperty("id").GetString())
            .FirstOrDefault();

    /// <summary>One service as the API answers.</summary>
    public async Task<ServiceView> ServiceAsync(string name, CancellationToken ct)
    {
        var workspace = await LookAsync(ct);
        Assert.True(workspace is not null, $"the workspace in {Folder} is not up");
        return workspace[name];
    }

    /// <summary>Waits until a service is as it should be.</summary>
    public async Task<ServiceView> UntilAsync(string name, Func<ServiceView, bool> check, CancellationToken ct, TimeSpan? deadline = null)
    {
        ServiceView? last = null;
        await Eventually.PassesAsync(
            async () =>
            {
                last = await ServiceAsync(name, ct);
                Assert.True(check(last), last.ToString());
            },
            ct,
            deadline);
        return last!;
    }

    public Task<ServiceView> UntilStateAsync(string name, string state, CancellationToken ct) => UntilAsync(name, service => service.State == state, ct);

    public Task<ServiceView> UntilReadyAsync(string name, CancellationToken ct) => UntilAsync(name, service => service.Ready, ct);

    /// <summary>Waits until everything is ready.</summary>
    public Task UntilAllReadyAsync(CancellationToken ct) => Eventually.PassesAsync(
        async () =>
        {
            var workspace = await LookAsync(ct);
            Assert.True(workspace is not null, "the workspace is not up");
            Assert.All(workspace.Services, service => Assert.True(service.Ready, service.ToString()));
        },
        ct);

    /// <summary>What a service wrote to stdout, line by line.</summary>
    public async Task<IReadOnlyList<string>> OutputAsync(string service, CancellationToken ct, params string[] more) =>
        Lines((await DoAsync(ct, ["logs", service, "--no-prefix", "--stream", "stdout", .. more])).Stdout);

    /// <summary>The causes that <c>gantry why --json</c> tells, from the service down to the root.</summary>
    public async Task<JsonElement> WhyAsync(string service, CancellationToken ct)
    {
        var id = await IdAsync(ct);
        return await home.Client.GetAsync($"/api/workspaces/{id}/services/{service}/why", ct);
    }

    /// <summary>Asks a service at its front address.</summary>
    public async Task<WebAnswer> AskAsync(string service, string path, CancellationToken ct)
    {
        var port = (await ServiceAsync(service, ct)).Port;
        return await Web.GetAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}"), ct);
    }

    public static IReadOnlyList<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
