namespace Gantry.TestApp.Output;

/// <summary>
/// <c>longline [--bytes 1048576] [--newline] [--stay]</c>: one line of that many bytes, the alphabet over and over, by
/// default without an end.
/// </summary>
internal static class LongLine
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var bytes = new byte[arguments.Size("--bytes", 1024 * 1024)];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)('a' + (i % 26));
        }

        await using (var output = Console.OpenStandardOutput())
        {
            await output.WriteAsync(bytes);
            if (arguments.Has("--newline"))
            {
                output.WriteByte((byte)'\n');
            }

            await output.FlushAsync();
        }

        if (arguments.Has("--stay"))
        {
            await Pause.UntilEndedAsync();
        }

        return 0;
    }
}
