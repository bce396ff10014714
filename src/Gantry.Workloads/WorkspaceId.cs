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

    /// <summary>The id for a folder: twelve hexadecimal digits, the same on every call. A hash of 64 bits, folded to 48 as RFC 9923 recommends.</summary>
    /// <param name="homeId">The id kept in <c>$GANTRY_HOME/id</c>.</param>
    /// <param name="canonicalPath">The folder's path with links resolved (see <see cref="Native.CanonicalPath"/>).</param>
    public static string Of(string homeId, string canonicalPath)
    {
        var hash = StableHash.Add(StableHash.Empty, $"{homeId}\n{canonicalPath}");
        var folded = (hash >> Bits) ^ (hash & ((1UL << Bits) - 1));
        return StableHash.ToHex(folded, Length);
    }

    /// <summary>Whether a text has the form of an id, which names may have, too.</summary>
    public static bool IsOne(string text) => text.Length == Length && text.All(char.IsAsciiHexDigitLower);
}
