namespace Gantry.TestApp.Output;

/// <summary><c>log-lines [--count 10] [--every 100ms] [--stay]</c>: "out 1", "err 1", "out 2", … on stdout and stderr in turn.</summary>
internal static class LogLines
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var every = arguments.Duration("--every");
        for (var i = 1; i <= arguments.Number("--count", 10); i++)
        {
            await Console.Out.WriteLineAsync($"out {i}");
            await Console.Error.WriteLineAsync($"err {i}");
            if (every is { } pause)
            {
                await Pause.ForAsync(pause);
            }
        }

        if (arguments.Has("--stay"))
        {
            await Pause.UntilEndedAsync();
        }

        return 0;
    }
}
