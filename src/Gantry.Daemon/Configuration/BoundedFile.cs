using System.Diagnostics.CodeAnalysis;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Configuration;

/// <summary>What came of reading a file: its bytes, or why not.</summary>
/// <param name="Missing">Whether there is no such file, which is no fault where a file is optional.</param>
internal sealed record BoundedFile(byte[]? Bytes, string? Fault, bool Missing = false)
{
    /// <summary>Nothing that a person writes as configuration is larger; what is larger was named by mistake.</summary>
    public const int MaxBytes = 1 << 20;

    [MemberNotNullWhen(true, nameof(Bytes))]
    public bool Sound => Bytes is not null;

    public static async Task<BoundedFile> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            using var handle = RegularFile.OpenRead(path);
            await using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            var bytes = new byte[MaxBytes + 1];
            var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
            return length > MaxBytes
                ? new BoundedFile(null, $"is larger than {MaxBytes >> 20} MiB, which no configuration is")
                : new BoundedFile(bytes[..length], null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new BoundedFile(null, "does not exist", Missing: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new BoundedFile(null, Directory.Exists(path) ? "is a folder, not a file" : $"cannot be read: {e.Message}");
        }
    }
}
