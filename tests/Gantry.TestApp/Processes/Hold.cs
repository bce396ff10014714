using Gantry.TestApp.Signals;

namespace Gantry.TestApp.Processes;

/// <summary><c>hold MARKER [--ignore-sigterm]</c>: does nothing but be there, to be found by its arguments.</summary>
internal static class Hold
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Has("--ignore-sigterm"))
        {
            return await IgnoreSigterm.RunAsync(arguments);
        }

        await Pause.UntilEndedAsync();
        return 0;
    }
}
