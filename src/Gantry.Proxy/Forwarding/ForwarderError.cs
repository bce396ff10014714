using Microsoft.AspNetCore.Http;

namespace Gantry.Proxy.Forwarding;

/// <summary>What went wrong with a request on its way: a value, since it is expected that things go wrong there.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="StatusCode">What the client is to be told, where the response has not begun.</param>
/// <param name="Cause">The exception behind it, for the log; null where the rule itself was broken.</param>
public sealed record ForwarderError(ForwarderErrorKind Kind, int StatusCode, Exception? Cause = null)
{
    /// <summary>Not registered with IANA; what nginx writes into its log for a client that left. Nobody receives it.</summary>
    public const int ClientClosedRequest = 499;

    internal static ForwarderError ClientLeft(Exception? cause = null) => new(ForwarderErrorKind.ClientLeft, ClientClosedRequest, cause);

    internal static ForwarderError InvalidResponse(Exception? cause = null) => new(ForwarderErrorKind.InvalidResponse, StatusCodes.Status502BadGateway, cause);

    /// <summary>The destination failed before the head of its response was here.</summary>
    internal static ForwarderError OfSend(Exception exception) => exception switch
    {
        // SocketsHttpHandler reports its own connect time-out as a cancellation that holds a TimeoutException.
        OperationCanceledException { InnerException: TimeoutException } => new(ForwarderErrorKind.ConnectTimedOut, StatusCodes.Status504GatewayTimeout, exception),
        OperationCanceledException => new(ForwarderErrorKind.ResponseTimedOut, StatusCodes.Status504GatewayTimeout, exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
            new(ForwarderErrorKind.ConnectFailed, StatusCodes.Status502BadGateway, exception),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => InvalidResponse(exception),
        _ => new(ForwarderErrorKind.ConnectionLost, StatusCodes.Status502BadGateway, exception),
    };
}

public enum ForwarderErrorKind
{
    /// <summary>No connection: refused, unreachable, unknown name. Nothing was sent.</summary>
    ConnectFailed,

    /// <summary>No connection within <see cref="ForwarderOptions.ConnectTimeout"/>. Nothing was sent.</summary>
    ConnectTimedOut,

    /// <summary>No head of a response within <see cref="ForwarderOptions.ResponseTimeout"/>.</summary>
    ResponseTimedOut,

    /// <summary>The connection ended before the head of a response was complete.</summary>
    ConnectionLost,

    /// <summary>What came is not HTTP, exceeds a limit, or contradicts itself.</summary>
    InvalidResponse,

    /// <summary>The client's body is malformed, too slow or too long.</summary>
    InvalidRequest,

    /// <summary>The client went away.</summary>
    ClientLeft,

    /// <summary>The connection ended within the response's body; the client's connection was cut too, so that nobody takes the part for the whole.</summary>
    ResponseCut,
}
