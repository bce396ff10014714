using System.Globalization;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Daemon.Edge.Sites;

/// <summary>A file as it was when it was opened: what is told of it and what is sent belong together.</summary>
internal sealed class SiteFile : IDisposable
{
    /// <summary>Null for an empty file, which need not be opened.</summary>
    private readonly SafeFileHandle? _handle;

    private SiteFile(SafeFileHandle? handle, long length, DateTime modifiedAt)
    {
        _handle = handle;
        Length = length;
        LastModified = new DateTimeOffset(modifiedAt.AddTicks(-(modifiedAt.Ticks % TimeSpan.TicksPerSecond)), TimeSpan.Zero);
        ETag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{modifiedAt.Ticks:x}-{length:x}\""));
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>To the second, which is all that HTTP's dates hold.</summary>
    public DateTimeOffset LastModified { get; }

    /// <summary>Of the time of change, as finely as the file system has it, and the length.</summary>
    public EntityTagHeaderValue ETag { get; }

    /// <summary>Opens a file; null where it is gone or may not be read.</summary>
    public static SiteFile? Open(string path)
    {
        try
        {
            // Pipes and devices are of length 0, and opening one could wait for ever.
            var info = new FileInfo(path);
            if (info.Length == 0)
            {
                return new SiteFile(null, 0, info.LastWriteTimeUtc);
            }

            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
            return new SiteFile(handle, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads from an offset; 0 at the end, which may be nearer than <see cref="Length"/> by now.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken ct) =>
        _handle is null ? ValueTask.FromResult(0) : RandomAccess.ReadAsync(_handle, buffer, offset, ct);

    public void Dispose() => _handle?.Dispose();
}
