using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gantry.Daemon.Hosting.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gantry.Daemon.Hosting;

/// <summary>The daemon's own log, on its standard output: an auto-started daemon's is the home's <c>daemon.log</c>.</summary>
internal static class DaemonLog
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    public static void AddDaemonLog(this WebApplicationBuilder builder, DaemonOptions options)
    {
        builder.Services.AddSingleton<LogNames>();
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
                builder.Logging.AddConsole(console => console.FormatterName = PlainFormatter.Called);
                builder.Logging.AddConsoleFormatter<PlainFormatter, ConsoleFormatterOptions>();
                break;
        }
    }

    /// <summary>Time, level, message, and what was thrown: a line each. Who speaks is named where that is not us.</summary>
    private sealed class PlainFormatter(TimeProvider time, LogNames names) : ConsoleFormatter(Called)
    {
        public const string Called = "plain";

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            textWriter.Write(time.GetUtcNow().ToString(Time, CultureInfo.InvariantCulture));
            textWriter.Write(Word(logEntry.LogLevel));
            textWriter.Write(": ");
            textWriter.Write(logEntry.Category.StartsWith("Gantry.", StringComparison.Ordinal) ? "" : $"{logEntry.Category}: ");
            textWriter.Write(names.Show(logEntry));
            textWriter.WriteLine(logEntry.Exception is { } e ? $" {e.ToString().ReplaceLineEndings(" ")}" : "");
        }

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warning",
            _ => "error",
        };
    }

    /// <summary>Time of day, level's letter, message: what fits beside other windows.</summary>
    private sealed class CompactFormatter(TimeProvider time, LogNames names) : ConsoleFormatter(Called)
    {
        public const string Called = "compact";

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            var message = names.Show(logEntry);
            textWriter.Write(time.GetUtcNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture));
            textWriter.Write(logEntry.LogLevel.ToString()[0]);
            textWriter.Write(' ');
            textWriter.WriteLine(logEntry.Exception is { } e ? $"{message}: {e.Message}" : message);
        }
    }
}
