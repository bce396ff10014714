using System.Globalization;

namespace Gantry.TestApp.Resources;

/// <summary><c>stdin-eof</c>: reads its input to the end and says how much there was; hangs where the input is left open.</summary>
internal static class StdinEof
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var total = 0L;
        var buffer = new byte[4096];
        await using var input = Console.OpenStandardInput();
        while (await input.ReadAsync(buffer) is > 0 and var read)
        {
            total += read;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stdin ended after {total} bytes"));
        return arguments.Operand(0, 0);
    }
}
