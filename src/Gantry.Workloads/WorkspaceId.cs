namespace Gantry.Workloads;

/// <summary>
/// Who a workspace is: the home it is run from and the canonical path of its folder. Two clones of one workspace, and
/// one clone under two homes, are different workspaces and never touch each other.
/// </summary>
public static class WorkspaceId
{
    /// <summary>Digits of an id.</summary>
    public const int Length = 12;

    private const int Bits = 4 * Length;
    private const ulong OffsetBasis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    /// <summary>The id for a folder: twelve hexadecimal digits, the same on every call.</summary>
    /// <remarks>
    /// FNV-1a of 64 bits, folded to 48 as its authors recommend (RFC 9923). An id tells apart the folders of one person
    /// and guards nothing, and <c>gantry status</c> computes one: loading OpenSSL for a cryptographic hash would take
    /// it a fifth of its time.
    /// </remarks>
    /// <param name="homeId">The id kept in <c>$GANTRY_HOME/id</c>.</param>
    /// <param name="canonicalPath">The folder's path with links resolved (see <see cref="Native.CanonicalPath"/>).</param>
    public static string Of(string homeId, string canonicalPath)
    {
        var hash = OffsetBasis;
        foreach (var character in homeId)
        {
            hash = Add(hash, character);
        }

        hash = Add(hash, '\n');
        foreach (var character in canonicalPath)
        {
            hash = Add(hash, character);
        }

        var folded = (hash >> Bits) ^ (hash & ((1UL << Bits) - 1));
        return folded.ToString("x12", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Both bytes of a UTF-16 code unit.</summary>
    private static ulong Add(ulong hash, char character)
    {
        unchecked
        {
            hash = (hash ^ (byte)character) * Prime;
            return (hash ^ (byte)(character >> 8)) * Prime;
        }
    }
}
