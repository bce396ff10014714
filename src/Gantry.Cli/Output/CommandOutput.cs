using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Cli.Native;

namespace Gantry.Cli.Output;

/// <summary>What was asked of every command's output.</summary>
/// <param name="Json">Standard output has JSON and nothing else.</param>
/// <param name="Quiet">Nothing but results and errors.</param>
internal sealed record OutputOptions(bool Json, bool Colours, bool Quiet);

/// <summary>
/// The only way to standard output and error. Results go to the one, everything that tells of the way to them to the
/// other, so that what is piped on is always the result alone.
/// </summary>
internal sealed class CommandOutput : IDisposable
{
    private const int PlainWidth = 100;

    /// <summary>Without escapes that only HTML needs.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _out;
    private readonly TextWriter _error;

    public CommandOutput(TextWriter standardOutput, TextWriter standardError, OutputOptions options)
    {
        _out = standardOutput;
        _error = standardError;
        Options = options;
    }

    public OutputOptions Options { get; }

    public bool IsTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>The terminal's columns; null where there is no terminal, and lines are as long as they are.</summary>
    public int? Width => IsTerminal ? TerminalDevice.SizeOf(TerminalDevice.Stdout)?.Columns ?? PlainWidth : null;

    /// <summary>For standard output.</summary>
    public Palette Palette { get; init; } = Palette.None;

    /// <summary>For standard error.</summary>
    public Palette ErrorPalette { get; init; } = Palette.None;

    /// <summary>The streams of this process.</summary>
    public static CommandOutput Standard(OutputOptions options, Func<string, string?> variable)
    {
        var terminal = TerminalDevice.IsTerminal(TerminalDevice.Stdout);
        var errorTerminal = TerminalDevice.IsTerminal(TerminalDevice.Stderr);
        return new CommandOutput(Writer(TerminalDevice.Stdout), Writer(TerminalDevice.Stderr), options)
        {
            IsTerminal = terminal,
            IsErrorTerminal = errorTerminal,
            Palette = new Palette(options.Colours && Terminal.WantsColours(terminal, variable)),
            ErrorPalette = new Palette(options.Colours && Terminal.WantsColours(errorTerminal, variable)),
        };
    }

    /// <summary>A line of the result; in no form but text.</summary>
    public void Line(string text)
    {
        if (!Options.Json)
        {
            _out.Write(text + "\n");
        }
    }

    /// <summary>Text of the result, with its own line ends.</summary>
    public void Text(StringBuilder text)
    {
        if (!Options.Json)
        {
            _out.Write(text.ToString());
        }
    }

    /// <summary>The result as JSON, on one line, whether or not it was asked for.</summary>
    public void Json<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Readable))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        _out.Write(Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n");
    }

    /// <summary>Text that is the result in every form: a schema, a completion script, a program's own output.</summary>
    public void Raw(ReadOnlySpan<char> text) => _out.Write(text);

    /// <summary>Something to know on the way.</summary>
    public void Note(string text)
    {
        if (!Options.Quiet)
        {
            Complain(text);
        }
    }

    /// <summary>What must be seen even by those who want quiet.</summary>
    public void Complain(string text)
    {
        _out.Flush();
        _error.Write(text + "\n");
        _error.Flush();
    }

    /// <summary>Writes to the terminal's standard error as it is: for lines that change in place.</summary>
    public void Draw(string text)
    {
        _out.Flush();
        _error.Write(text);
        _error.Flush();
    }

    public void Flush() => _out.Flush();

    public void Dispose()
    {
        _out.Flush();
        _error.Flush();
    }

    private static StreamWriter Writer(int descriptor) =>
        new(StandardStream.Open(descriptor), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16 << 10);
}
