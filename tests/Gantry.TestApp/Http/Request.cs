using System.Globalization;
using System.Text;

namespace Gantry.TestApp.Http;

/// <summary>A request as it came; the body is read by its Content-Length only.</summary>
internal sealed record Request(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    private const int MaxHead = 64 * 1024;
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    public string Path => Target.Split('?', 2)[0];

    /// <summary>Null where the client closed without asking anything, as a probe of the port does.</summary>
    public static async Task<Request?> ReadAsync(Stream stream, CancellationToken ct)
    {
        var buffer = new byte[MaxHead];
        var length = 0;
        int end;
        while ((end = buffer.AsSpan(0, length).IndexOf(HeadEnd)) < 0)
        {
            var read = length < buffer.Length ? await stream.ReadAsync(buffer.AsMemory(length), ct) : 0;
            if (read == 0)
            {
                return null;
            }

            length += read;
        }

        var lines = Encoding.Latin1.GetString(buffer, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .Select(pair => KeyValuePair.Create(pair[0].Trim(), pair[1].Trim())).ToList();
        var bodyStart = end + HeadEnd.Length;
        var body = new byte[ContentLength(headers)];
        var have = Math.Min(body.Length, length - bodyStart);
        buffer.AsSpan(bodyStart, have).CopyTo(body);
        await stream.ReadExactlyAsync(body.AsMemory(have), ct);
        return lines[0].Split(' ') is [var method, var target, ..] ? new Request(method, target, headers, Encoding.UTF8.GetString(body)) : null;
    }

    private static int ContentLength(List<KeyValuePair<string, string>> headers)
    {
        var header = headers.Find(pair => pair.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase));
        return int.TryParse(header.Value, CultureInfo.InvariantCulture, out var length) ? length : 0;
    }
}
