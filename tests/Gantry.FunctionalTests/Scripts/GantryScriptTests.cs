using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Scripts;

/// <summary><c>./gantry</c>: builds where it must, and only then, and never into what somebody uses.</summary>
public sealed class GantryScriptTests : IDisposable
{
    private readonly FakeRepository _repository = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task The_first_call_says_that_it_builds_and_becomes_the_product()
    {
        var result = await _repository.RunAsync("gantry", Ct, "up", "a folder", "$x");
        Assert.Equal((7, "made from: first; told: up a folder $x\n"), (result.ExitCode, result.Stdout));
        Assert.Equal("building gantry from its sources, which takes a minute or so\n", result.Stderr);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_repository.Home));
    }

    [Fact]
    public async Task The_second_call_builds_nothing()
    {
        await _repository.RunAsync("gantry", Ct);
        var second = await _repository.RunAsync("gantry", Ct);
        Assert.Equal(("made from: first; told: \n", ""), (second.Stdout, second.Stderr));
        Assert.Equal(1, _repository.Calls);
    }

    [Theory]
    [InlineData(null, "0", "DOTNET_ROOT DOTNET_EnableDiagnostics")]
    [InlineData("1", "1", "DOTNET_ROOT")]
    public async Task The_product_goes_without_the_runtimes_doors_for_debuggers_unless_its_user_wants_them(string? wanted, string given, string set)
    {
        _repository.Tell("program", Beside("show"));
        var command = _repository.Command("gantry");
        command.Environment["DOTNET_EnableDiagnostics"] = wanted;
        command.Environment["GANTRY_SET"] = "PATH";
        Assert.Equal($"{given} {set}\n", (await command.RunAsync(Ct)).Stdout);

        string Beside(string name)
        {
            _repository.Tell(name, "#!/bin/sh\necho \"$DOTNET_EnableDiagnostics ${GANTRY_SET:-}\"\n");
            return _repository.Beside(name);
        }
    }

    [Theory]
    [InlineData("src/Program.cs")]
    [InlineData("src/New/File.cs")]
    [InlineData("Directory.Build.props")]
    [InlineData("global.json")]
    public async Task A_changed_input_is_built_anew(string path)
    {
        await _repository.RunAsync("gantry", Ct);
        _repository.Write(path, """{ "version": "10.0.401" }""");
        await _repository.RunAsync("gantry", Ct);
        Assert.Equal(2, _repository.Calls);
    }

    [Fact]
    public async Task A_deleted_input_is_noticed()
    {
        await _repository.RunAsync("gantry", Ct);
        File.Delete(_repository.In("src/Other.cs"));
        await _repository.RunAsync("gantry", Ct);
        Assert.Equal(2, _repository.Calls);
    }

    [Fact]
    public async Task A_file_that_comes_with_an_old_date_is_noticed()
    {
        await _repository.RunAsync("gantry", Ct);
        _repository.Write("src/Program.cs", "second");
        File.SetLastWriteTimeUtc(_repository.In("src/Program.cs"), DateTime.UnixEpoch);
        Assert.StartsWith("made from: second", (await _repository.RunAsync("gantry", Ct)).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_only_touched_or_changed_back_is_not_built_again()
    {
        await _repository.RunAsync("gantry", Ct);
        _repository.Write("src/Program.cs", "second");
        await _repository.RunAsync("gantry", Ct);
        _repository.Write("src/Program.cs", "first");
        Assert.StartsWith("made from: first", (await _repository.RunAsync("gantry", Ct)).Stdout, StringComparison.Ordinal);
        Assert.Equal(2, _repository.Calls);
    }

    [Fact]
    public async Task A_file_saved_during_the_build_does_not_end_up_under_a_wrong_stamp()
    {
        _repository.Tell("edit", "second");
        Assert.StartsWith("made from: second", (await _repository.RunAsync("gantry", Ct)).Stdout, StringComparison.Ordinal);
        _repository.Write("src/Program.cs", "first");
        Assert.StartsWith("made from: first", (await _repository.RunAsync("gantry", Ct)).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_first_calls_build_once()
    {
        _repository.Tell("delay", "0.3");
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _repository.RunAsync("gantry", Ct)));
        Assert.All(results, result => Assert.Equal("made from: first; told: \n", result.Stdout));
        Assert.Equal(1, _repository.Calls);
    }

    [Fact]
    public async Task It_is_found_through_links()
    {
        File.CreateSymbolicLink(_repository.In("here"), "gantry");
        File.CreateSymbolicLink(Path.Combine(_repository.Home, "g"), _repository.In("here"));
        var command = new Command("/bin/sh", "-c", "PATH=$0:$PATH; g hello", _repository.Home)
        {
            Environment = { ["PATH"] = $"{Path.GetDirectoryName(_repository.Beside("dotnet"))}:{Environment.GetEnvironmentVariable("PATH")}" },
        };
        Assert.Equal("made from: first; told: hello\n", (await command.RunAsync(Ct)).Stdout);
    }

    [Fact]
    public async Task A_failed_build_shows_its_output_and_starts_nothing()
    {
        await _repository.RunAsync("gantry", Ct);
        _repository.Write("src/Program.cs", "broken");
        _repository.Tell("fail", "Program.cs(1,1): error CS1002: ; expected\n");
        var result = await _repository.RunAsync("gantry", Ct);
        Assert.Equal((1, ""), (result.ExitCode, result.Stdout));
        Assert.Contains("error CS1002", result.Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_repository.Builds, ".work.*"));

        var old = _repository.Command("gantry");
        old.Environment["GANTRY_BUILD"] = "never";
        Assert.Equal("made from: first; told: \n", (await old.RunAsync(Ct)).Stdout);
    }

    [Theory]
    [InlineData("never", 1, "nothing has been built yet")]
    [InlineData("sometimes", 2, "may be auto, never or only")]
    public async Task A_mode_that_cannot_be_is_explained(string mode, int exit, string message)
    {
        var command = _repository.Command("gantry");
        command.Environment["GANTRY_BUILD"] = mode;
        Assert.Contains(message, (await command.RunAsync(Ct)).ShouldExit(exit).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_building_prints_where_it_is()
    {
        var command = _repository.Command("gantry");
        command.Environment["GANTRY_BUILD"] = "only";
        var folder = (await command.RunAsync(Ct)).ShouldExit(0).Stdout.Trim();
        Assert.True(File.Exists(Path.Combine(folder, "gantry")), folder);
    }

    [Fact]
    public async Task An_SDK_that_is_too_old_is_named_with_the_one_that_is_wanted()
    {
        // No dotnet of this machine can satisfy that either.
        _repository.Write("global.json", """{ "sdk": { "version": "99.0.100" } }""");
        _repository.Tell("too-old", "");
        var result = (await _repository.RunAsync("gantry", Ct)).ShouldExit(1);
        Assert.Contains("99.0.100 is needed", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("Get it from", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(0, _repository.Calls);
    }

    [Fact]
    public async Task A_build_that_somebody_runs_is_kept_and_older_ones_go()
    {
        // A real executable, so that the kernel knows where it came from.
        _repository.Tell("program", "/bin/sleep");
        using var daemon = new DaemonProcess(_repository.Command("gantry", "60").StartInBackground("/dev/null"));
        await Eventually.IsTrueAsync(() => HostProcess.Find(daemon.Pid)?.CommandLine.EndsWith("/gantry 60", StringComparison.Ordinal) == true, "it runs", Ct);
        for (var i = 0; i < 4; i++)
        {
            _repository.Write("src/Program.cs", $"change {i}");
            (await _repository.RunAsync("gantry", Ct, "0")).ShouldExit(0);
        }

        // The one in use, and the newest two.
        var builds = Directory.GetDirectories(_repository.Builds).Select(Path.GetFileName).Where(name => name!.Length == 16).ToList();
        Assert.Equal(3, builds.Count);
        Assert.Contains(builds, name => HostProcess.Find(daemon.Pid)!.CommandLine.Contains(name!, StringComparison.Ordinal));
        Assert.False(daemon.HasExited);
    }

    [Fact]
    public async Task An_interrupted_build_leaves_nothing_and_the_next_call_builds()
    {
        _repository.Tell("delay", "20");
        using (var build = new DaemonProcess(_repository.Command("gantry").StartInBackground("/dev/null")))
        {
            await Eventually.IsTrueAsync(() => _repository.Calls == 1, "it builds", Ct);
            Assert.Equal(143, await build.TerminateAsync(Ct));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_repository.Builds, ".work.*"));
        Assert.DoesNotContain(HostProcess.All(), process => process.CommandLine.Contains(_repository.Beside(""), StringComparison.Ordinal));
        File.Delete(_repository.Beside("delay"));
        Assert.Equal("made from: first; told: \n", (await _repository.RunAsync("gantry", Ct)).Stdout);
    }
}
