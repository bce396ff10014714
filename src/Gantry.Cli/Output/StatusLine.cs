namespace Gantry.Cli.Output;

/// <summary>One line on a terminal's standard error that changes in place and leaves nothing behind; nothing where there is no terminal.</summary>
internal sealed class StatusLine(CommandOutput output) : IDisposable
{
    private const string Erase = "\r\e[2K";
    private const int Width = 80;

    private readonly bool _shows = output is { IsErrorTerminal: true, Options: { Quiet: false, Json: false } };
    private bool _written;

    public void Show(string text)
    {
        if (_shows)
        {
            output.Draw(Erase + TextTable.Cut(text, (Native.TerminalDevice.SizeOf(Native.TerminalDevice.Stderr)?.Columns ?? Width) - 1));
            _written = true;
        }
    }

    public void Dispose()
    {
        if (_written)
        {
            output.Draw(Erase);
            _written = false;
        }
    }
}
