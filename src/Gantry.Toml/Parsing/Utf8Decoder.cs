using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gantry.Toml.Parsing;

/// <summary>A text out of bytes, and the places where they were no UTF-8.</summary>
internal sealed record DecodedText(string Text, IReadOnlyList<TomlError> Faults);

/// <summary>Decodes UTF-8 strictly and says where it is not.</summary>
internal static class Utf8Decoder
{
    // A file in another encoding is one fault, even if it shows in every line.
    private const int MaxFaults = 10;

    public static DecodedText Decode(ReadOnlySpan<byte> utf8)
    {
        if (LooksLikeUtf16(utf8))
        {
            var fault = new TomlError(new TomlSpan(0, 0), "the file is UTF-16: save it as UTF-8");
            return new DecodedText("", [fault]);
        }

        return Utf8.IsValid(utf8)
            ? new DecodedText(Encoding.UTF8.GetString(utf8), [])
            : DecodeBroken(utf8);
    }

    /// <summary>By its byte order mark, or by the zero byte in the first character of a text that must begin in ASCII.</summary>
    private static bool LooksLikeUtf16(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 2
        && (bytes is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]
            || (bytes.Length % 2 == 0 && (bytes[0] == 0) != (bytes[1] == 0)));

    private static DecodedText DecodeBroken(ReadOnlySpan<byte> utf8)
    {
        // UTF-16 never takes more units than UTF-8 takes bytes, replacements included.
        var characters = new char[utf8.Length];
        var faults = new List<TomlError>();
        int written = 0, offset = 0;
        while (offset < utf8.Length)
        {
            var status = Utf8.ToUtf16(
                utf8[offset..], characters.AsSpan(written), out var bytesRead, out var charsWritten, replaceInvalidSequences: false);
            offset += bytesRead;
            written += charsWritten;
            if (status == OperationStatus.Done)
            {
                break;
            }

            var start = written;
            var first = offset;
            while (offset < utf8.Length && Rune.DecodeFromUtf8(utf8[offset..], out _, out var consumed) != OperationStatus.Done)
            {
                characters[written++] = '\uFFFD';
                offset += consumed;
            }

            if (faults.Count < MaxFaults)
            {
                faults.Add(new TomlError(
                    new TomlSpan(start, written - start),
                    $"byte 0x{utf8[first]:X2} at offset {first} is not UTF-8: save the file as UTF-8"));
            }
        }

        return new DecodedText(new string(characters, 0, written), faults);
    }
}
