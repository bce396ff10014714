using System.Collections.Immutable;
using System.Globalization;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// A service of Node.js: listens on $PORT after a while, tells pm2 where that wants to be told, writes down when it began,
/// and says a word on its output. It is what pm2's wait_ready needs, and starts the same under everybody.
/// </summary>
/// <param name="Record">The file in which the moment is found.</param>
internal sealed record NodeListener(string Script, string Record, int DelayMilliseconds, int Port)
{
    private const string Program = "node";

    private const string Text = """
        const fs = require('fs'), net = require('net'), [, , record, delay, word] = process.argv;
        setTimeout(() => net.createServer(socket => socket.end()).listen(process.env.PORT, '127.0.0.1', () => {
          const listening = String(Math.round((performance.timeOrigin + performance.now()) * 1000));
          if (process.send) process.send('ready');
          fs.writeFileSync(record + '.begun', listening);
          fs.renameSync(record + '.begun', record);
          console.log(word);
        }), Number(delay));
        process.on('SIGINT', () => process.exit(0));
        """;

    public static bool CanRun =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Program)));

    private ImmutableArray<string> Arguments => [Script, Record, DelayMilliseconds.ToString(CultureInfo.InvariantCulture), ForegroundRunner.Word];

    public static NodeListener Create(Workbench bench, int delayMilliseconds)
    {
        var folder = bench.NewFolder("n");
        var script = Path.Combine(folder, "listen.js");
        File.WriteAllText(script, Text);
        return new NodeListener(script, Path.Combine(folder, "listening"), delayMilliseconds, Services.FreePort());
    }

    public Service AsService(string name, bool announces) => new(name, new Command(Program, Arguments)) { Port = Port, Announces = announces };

    public string AsShellCommand() => $"PORT={Port.ToString(CultureInfo.InvariantCulture)} exec {Program} {string.Join(' ', Arguments.Select(word => $"'{word}'"))}";
}
