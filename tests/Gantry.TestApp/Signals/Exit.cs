namespace Gantry.TestApp.Signals;

/// <summary><c>exit N [--after 2s] [--stderr TEXT]</c>: ends with that status.</summary>
internal static class Exit
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Duration("--after") is { } after)
        {
            await Pause.ForAsync(after);
        }

        if (arguments.Text("--stderr") is { } text)
        {
            await Console.Error.WriteLineAsync(text);
        }

        return arguments.Operand(0, 0);
    }
}
