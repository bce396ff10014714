using System.Globalization;
using System.Runtime.InteropServices;

namespace Gantry.TestApp.Resources;

/// <summary><c>memory [--bytes 256MiB]</c>: takes and touches that much outside of the managed heap, says how far it got, and stays.</summary>
internal static class Memory
{
    private const int Piece = 16 * 1024 * 1024;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var wanted = arguments.Size("--bytes", 256L * 1024 * 1024);
        for (var taken = 0L; taken < wanted;)
        {
            var size = (int)Math.Min(Piece, wanted - taken);
            Touch(size);
            taken += size;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"holding {taken} bytes"));
        }

        await Pause.UntilEndedAsync();
        return 0;
    }

    /// <summary>Never given back: holding it is the point. Pages that nobody wrote to would cost nothing.</summary>
    private static unsafe void Touch(int size)
    {
        var memory = (byte*)NativeMemory.Alloc((nuint)size);
        new Span<byte>(memory, size).Fill(0x5a);
    }
}
