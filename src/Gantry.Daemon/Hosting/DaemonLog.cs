using System.Text.Encodings.Web;
using System.Text.Json;
using Gantry.Daemon.Hosting.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gantry.Daemon.Hosting;

/// <summary>The daemon's own log, on its standard output: an auto-started daemon's is the home's <c>daemon.log</c>.</summary>
internal static class DaemonLog
{
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static void AddDaemonLog(this WebApplicationBuilder builder, DaemonOptions options)
    {
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(options.Config.Logs.Value.Level.Value);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        switch (options.Config.Logs.Value.Format.Value)
        {
            case LogFormat.Json:
                builder.Logging.AddJsonConsole(json =>
                {
                    json.TimestampFormat = Time;
                    json.UseUtcTimestamp = true;
                    json.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
                });
                break;
            case LogFormat.Compact:
                builder.Logging.AddConsole(console => console.FormatterName = CompactFormatter.Called);
                builder.Logging.AddConsoleFormatter<CompactFormatter, ConsoleFormatterOptions>();
                break;
            default:
                builder.Logging.AddSimpleConsole(text =>
                {
                    text.SingleLine = true;
                    text.TimestampFormat = Time;
                    text.UseUtcTimestamp = true;
                });
                break;
        }
    }

    /// <summary>Time of day, level's letter, message: what fits beside other windows.</summary>
    private sealed class CompactFormatter(TimeProvider time) : ConsoleFormatter(Called)
    {
        public const string Called = "compact";

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
            textWriter.Write(time.GetUtcNow().ToString("HH:mm:ss.fff ", System.Globalization.CultureInfo.InvariantCulture));
            textWriter.Write(logEntry.LogLevel.ToString()[0]);
            textWriter.Write(' ');
            textWriter.WriteLine(logEntry.Exception is { } e ? $"{message}: {e.Message}" : message);
        }
    }
}
