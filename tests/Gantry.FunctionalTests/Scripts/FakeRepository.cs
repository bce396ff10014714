using Gantry.FunctionalTests.Harness;
using Gantry.Tests.Conventions;

namespace Gantry.FunctionalTests.Scripts;

/// <summary>
/// A small repository with the real scripts and a <c>dotnet</c> that only pretends: what it publishes is a script that
/// says which source it was made from. So the scripts' own work is tested in milliseconds, faults included.
/// </summary>
internal sealed class FakeRepository : IDisposable
{
    /// <summary>Pretends to be SDK 10.0.401. Behaves as the files beside it say: <c>fail</c>, <c>delay</c>, <c>edit</c>, <c>program</c>.</summary>
    private const string Dotnet = """
        #!/bin/sh
        here=$(dirname "$0")
        case $1 in
            --version) [ ! -e "$here/too-old" ] && echo 10.0.401; exit ;;
            --list-sdks) if [ -e "$here/too-old" ]; then echo "9.0.100 [/fake/sdk]"; else echo "10.0.401 [/fake/sdk]"; fi; exit ;;
        esac
        echo "$*" >>"$here/calls"
        if [ -e "$here/delay" ]; then
            sleep "$(cat "$here/delay")" &
            trap 'kill $!; exit 143' TERM
            wait
        fi
        if [ -e "$here/fail" ]; then cat "$here/fail"; exit 1; fi
        verb=$1
        while [ $# -gt 0 ]; do
            if [ "$1" = --output ]; then output=$2; fi
            shift
        done
        if [ "$verb" = build ]; then
            for runner in "$here"/runners/*; do
                name=$(basename "$runner")
                mkdir -p "artifacts/bin/$name/debug"
                cp "$runner" "artifacts/bin/$name/debug/$name"
            done
            exit 0
        fi
        mkdir -p "$output"
        if [ -e "$here/program" ]; then
            cp "$(cat "$here/program")" "$output/gantry"
        else
            printf '#!/bin/sh\necho "made from: %s; told: $*"\nexit 7\n' "$(cat src/Program.cs)" >"$output/gantry"
        fi
        chmod +x "$output/gantry"
        # Somebody saves a file while the build is under way, once.
        if [ -e "$here/edit" ]; then cp "$here/edit" src/Program.cs; rm "$here/edit"; fi
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("g-");

    public FakeRepository()
    {
        Write("src/Program.cs", "first");
        Write("src/Other.cs", "other");
        Write("global.json", """{ "sdk": { "version": "10.0.401" } }""");
        Write("Directory.Build.props", "<Project />");
        foreach (var script in new[] { "gantry", "test" })
        {
            WriteProgram(script, Repository.Read(script).Text);
        }

        WriteProgram("../bin/dotnet", Dotnet);
        Directory.CreateDirectory(Home);
    }

    /// <summary>Its path holds a blank, as people's do.</summary>
    public string Root => Path.Combine(_folder.FullName, "my code");

    /// <summary>Stands for the user's home folder.</summary>
    public string Home => Path.Combine(_folder.FullName, "user");

    public string Builds => Path.Combine(Root, "artifacts/gantry");

    /// <summary>How often the fake was asked to build or publish.</summary>
    public int Calls => File.Exists(Beside("calls")) ? File.ReadAllLines(Beside("calls")).Length : 0;

    /// <summary>A file beside the fake <c>dotnet</c>, which it reads.</summary>
    public string Beside(string name) => Path.Combine(_folder.FullName, "bin", name);

    public string In(string path) => Path.Combine(Root, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        File.WriteAllText(In(path), text);
    }

    public void WriteProgram(string path, string text)
    {
        Write(path, text);
        File.SetUnixFileMode(In(path), (UnixFileMode)0b111_101_101);
    }

    public void Tell(string name, string text) => File.WriteAllText(Beside(name), text);

    /// <summary>A script, run from somewhere else, with the fake first on the path.</summary>
    public Command Command(string script, params string[] arguments) => new(In(script), arguments)
    {
        WorkingDirectory = "/",
        Environment =
        {
            ["PATH"] = $"{Path.GetDirectoryName(Beside("dotnet"))}:{Environment.GetEnvironmentVariable("PATH")}",
            ["HOME"] = Home,
            ["DOTNET_ROOT"] = null,
        },
    };

    public Task<CommandResult> RunAsync(string script, CancellationToken ct, params string[] arguments) => Command(script, arguments).RunAsync(ct);

    public void Dispose() => _folder.Delete(recursive: true);
}
