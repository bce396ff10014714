using System.Globalization;

namespace Gantry.Workloads;

/// <summary>
/// FNV-1a of 64 bits (RFC 9923): the same in every process, which <see cref="string.GetHashCode()"/> is not. It tells
/// things of one person apart and guards nothing. A cryptographic hash would do that no better, and loading OpenSSL for
/// one costs <c>gantry status</c> a fifth of its time and the daemon five megabytes.
/// </summary>
internal static class StableHash
{
    /// <summary>The hash of nothing, to add to.</summary>
    public const ulong Empty = 0xcbf29ce484222325;

    private const ulong Prime = 0x100000001b3;

    /// <summary>Adds bytes to a hash.</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            hash = unchecked((hash ^ value) * Prime);
        }

        return hash;
    }

    /// <summary>Adds a text's UTF-16 code units to a hash, the low byte of each first.</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            hash = Add(hash, [(byte)character, (byte)(character >> 8)]);
        }

        return hash;
    }

    /// <summary>The hash's lowest digits in hexadecimal.</summary>
    public static string ToHex(ulong hash, int digits) => hash.ToString("x16", CultureInfo.InvariantCulture)[(16 - digits)..];
}
