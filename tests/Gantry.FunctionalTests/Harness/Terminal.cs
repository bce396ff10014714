using System.Diagnostics;
using System.Text;
using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>A command on a terminal of its own, made by util-linux's script(1), which Debian always has.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly Process _script;
    private readonly StringBuilder _screen = new();
    private readonly Task _reading;

    private Terminal(Process script)
    {
        _script = script;
        _reading = ReadAsync();
    }

    /// <summary>Everything that was written to the terminal, control sequences included.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }
    }

    public static Terminal Start(GantryHome home, string folder, string program, params string[] arguments)
    {
        Needs.Tool("script");
        var info = new ProcessStartInfo("script", ["--quiet", "--return", "--flush", "--command", Quote(["env", "--default-signal=INT,QUIT,HUP", "--", program, .. arguments]), "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in home.Environment)
        {
            info.Environment[name] = value;
        }

        info.Environment["TERM"] = "xterm";
        return new Terminal(Process.Start(info)!);
    }

    /// <summary>Types on its keyboard; U+0003 is Ctrl-C, U+0004 Ctrl-D.</summary>
    public async Task TypeAsync(string text, CancellationToken ct)
    {
        await _script.StandardInput.WriteAsync(text.AsMemory(), ct);
        await _script.StandardInput.FlushAsync(ct);
    }

    /// <summary>Waits until something is written.</summary>
    public Task UntilAsync(string text, CancellationToken ct) => Eventually.PassesAsync(
        () =>
        {
            Assert.Contains(text, Screen, StringComparison.Ordinal);
            return Task.CompletedTask;
        },
        ct);

    /// <summary>Waits until the command ends by itself.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> EndAsync(CancellationToken ct)
    {
        await Eventually.IsTrueAsync(() => _script.HasExited, "the command on the terminal has ended", ct, TimeSpan.FromSeconds(60));
        await _reading.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, ct);
        return _script.ExitCode;
    }

    public void Dispose()
    {
        if (!_script.HasExited)
        {
            _script.Kill(entireProcessTree: false);
        }

        _script.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _script.StandardOutput.ReadAsync(buffer) is > 0 and var read)
        {
            lock (_screen)
            {
                _screen.Append(buffer, 0, read);
            }
        }
    }

    private static string Quote(IEnumerable<string> words) => string.Join(' ', words.Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}
