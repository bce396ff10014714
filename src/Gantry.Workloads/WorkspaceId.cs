using System.Security.Cryptography;
using System.Text;

namespace Gantry.Workloads;

/// <summary>
/// Who a workspace is: the home it is run from and the canonical path of its folder. Two clones of one workspace, and
/// one clone under two homes, are different workspaces and never touch each other.
/// </summary>
public static class WorkspaceId
{
    private const int Characters = 12;

    /// <summary>The id for a folder: twelve hexadecimal digits, the same on every call.</summary>
    /// <param name="homeId">The id kept in <c>$GANTRY_HOME/id</c>.</param>
    /// <param name="canonicalPath">The folder's path with links resolved (see <see cref="Native.CanonicalPath"/>).</param>
    public static string Of(string homeId, string canonicalPath)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(homeId + "\n" + canonicalPath));
        return Convert.ToHexStringLower(hash)[..Characters];
    }
}
