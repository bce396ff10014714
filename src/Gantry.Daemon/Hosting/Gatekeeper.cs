using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// Who may ask the API. By the socket its owner, whom the file system has checked; by TCP whoever shows the key, and
/// only under a loopback name: a page on the web can have a browser call 127.0.0.1, but not under that name.
/// </summary>
internal sealed class Gatekeeper(byte[] key, TimeProvider time)
{
    private static readonly string[] WithoutKey = ["/health/live", "/health/ready"];

    private static readonly string[] AnyVersion = ["/api/version", "/api/daemon/stop", "/health/live", "/health/ready"];

    private long _lastRequest = time.GetTimestamp();
    private int _underWay;

    /// <summary>How long ago somebody last began or ended to ask something.</summary>
    public TimeSpan Quiet => time.GetElapsedTime(Interlocked.Read(ref _lastRequest));

    /// <summary>Whether somebody is being answered, which may take as long as an image's download.</summary>
    public bool IsAsked => Volatile.Read(ref _underWay) > 0;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _underWay);
        Interlocked.Exchange(ref _lastRequest, time.GetTimestamp());
        try
        {
            await (Refuse(context) is { } problem ? ProblemResults.WriteAsync(context, problem) : next(context));
        }
        finally
        {
            Interlocked.Exchange(ref _lastRequest, time.GetTimestamp());
            Interlocked.Decrement(ref _underWay);
        }
    }

    private Problem? Refuse(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (Doors.Of(context) == Door.Api)
        {
            if (!IsLoopbackName(context.Request.Host.Host))
            {
                return new Problem
                {
                    Title = "Foreign host name",
                    Status = StatusCodes.Status403Forbidden,
                    Code = "foreign-host",
                    Detail = "this door answers only to localhost, 127.0.0.1 and [::1]",
                };
            }

            if (!WithoutKey.Contains(path) && !HasKey(context.Request.Headers.Authorization.ToString()))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return new Problem
                {
                    Title = "Key wanted",
                    Status = StatusCodes.Status401Unauthorized,
                    Code = "key-wanted",
                    Detail = "this door asks for a key",
                    Remedy = "send the content of $GANTRY_HOME/api.key as `Authorization: Bearer …`, or use the socket",
                };
            }
        }

        var version = context.Request.Headers[BuildVersion.Header].ToString();
        return version.Length > 0 && version != BuildVersion.Current && !AnyVersion.Contains(path)
            ? new Problem
            {
                Title = "Another version",
                Status = StatusCodes.Status409Conflict,
                Code = "version-mismatch",
                Detail = $"this daemon is {BuildVersion.Current}, the caller {version}",
                Remedy = "gantry daemon restart",
            }
            : null;
    }

    private bool HasKey(string authorization)
    {
        const string scheme = "Bearer ";
        return authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization[scheme.Length..]), key);
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
