namespace Gantry.Proxy.Forwarding;

/// <summary>How patient the forwarder is, and how much it keeps.</summary>
public sealed record ForwarderOptions
{
    /// <summary>From the first SYN to an open connection. A destination on this machine or its network answers in milliseconds or not at all.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// From the last piece of the request to the head of the response; each piece of the body that is sent begins it anew.
    /// Once the response has begun there is no limit: event streams, tunnels and downloads are quiet as long as they
    /// like, and end when either side does.
    /// </summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// How long a body is held back for the destination's word, where that is asked for (RFC 9110 section 10.1.1): by the
    /// client, or by us because the body is long. Every such body waits so long for a destination that knows nothing of it.
    /// </summary>
    public TimeSpan ContinueTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an unused connection is kept. A destination that names a shorter time (<c>Keep-Alive: timeout=</c>) is heeded.</summary>
    public TimeSpan IdleConnectionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Kilobytes that the head of a response may have.</summary>
    public int MaxResponseHeadKilobytes { get; init; } = 64;
}
