using Gantry.Workloads.Native;

namespace Gantry.Daemon.Edge.Sites;

/// <summary>What a path of a request is below the root of a site.</summary>
internal abstract record SitePath
{
    private SitePath()
    {
    }

    /// <summary>Nothing, or nothing that anybody is to see.</summary>
    public sealed record Nothing : SitePath;

    /// <summary>A folder whose path was written without its closing slash, against which links in it would not resolve.</summary>
    public sealed record FolderWithoutSlash : SitePath;

    /// <param name="Path">Absolute path with every link resolved.</param>
    public sealed record File(string Path) : SitePath;

    /// <summary>
    /// Finds what a path means. Refused are segments that are hidden (a leading dot, except <c>.well-known</c> of RFC 8615
    /// at the root), empty, that go up, or that hold a separator in disguise; and whatever lies outside the root, or is
    /// hidden below it, once links are resolved.
    /// </summary>
    /// <param name="root">Absolute path of the site's folder.</param>
    /// <param name="path">The decoded path of the request.</param>
    /// <param name="rawTarget">The request's target as written: the server has taken dot segments out of the decoded one.</param>
    public static SitePath Find(string root, string path, string rawTarget)
    {
        if (path.Length == 0 || path[0] != '/' || ClimbsUp(rawTarget))
        {
            return new Nothing();
        }

        var isFolder = path[^1] == '/';
        var inside = path.Trim('/');
        var segments = inside.Length == 0 ? [] : inside.Split('/');
        if (path.Length != inside.Length + (isFolder && inside.Length > 0 ? 2 : 1) || !AreVisible(segments))
        {
            return new Nothing();
        }

        var canonicalRoot = CanonicalPath.Of(root);
        var found = Resolve(canonicalRoot, Path.Join([canonicalRoot, .. segments]));
        return (found, isFolder) switch
        {
            (null, _) => new Nothing(),
            (_, false) when Directory.Exists(found) => new FolderWithoutSlash(),
            (_, true) => Resolve(canonicalRoot, Path.Join(found, "index.html")) is { } index && System.IO.File.Exists(index) ? new File(index) : new Nothing(),
            _ => System.IO.File.Exists(found) ? new File(found) : new Nothing(),
        };
    }

    /// <summary>The path with links resolved, or null where that leads out of the root or to something hidden.</summary>
    private static string? Resolve(string canonicalRoot, string path)
    {
        var found = CanonicalPath.Of(path);
        var relative = Path.GetRelativePath(canonicalRoot, found);
        if (relative == ".")
        {
            return found;
        }

        return !Path.IsPathRooted(relative) && AreVisible(relative.Split(Path.DirectorySeparatorChar)) ? found : null;
    }

    private static bool AreVisible(string[] segments)
    {
        for (var i = 0; i < segments.Length; i++)
        {
            var isWellKnown = i == 0 && segments[i] == ".well-known";
            if (segments[i].Length == 0 || (segments[i][0] == '.' && !isWellKnown) || HasSeparator(segments[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The server leaves <c>%2F</c> encoded; <c>\</c> and <c>:</c> separate elsewhere; no file has control characters in its name for good.</summary>
    private static bool HasSeparator(string segment) =>
        segment.Any(c => c is '\\' || char.IsControl(c) || (c is ':' && OperatingSystem.IsWindows())) || segment.Contains("%2F", StringComparison.OrdinalIgnoreCase);

    private static bool ClimbsUp(string rawTarget)
    {
        var query = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(query < 0 ? rawTarget : rawTarget[..query]);
        return path.Split('/', '\\').Any(segment => segment is "." or "..");
    }
}
