using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gantry.Proxy;

/// <summary>What the proxy asks of the server in front of it.</summary>
public static class ProxyKestrel
{
    /// <summary>
    /// Lets header fields pass as the bytes they are: read and written in Latin-1, where every byte is a character, as
    /// the forwarder does on its side; and no <c>Server</c> field of our own on other people's responses.
    /// </summary>
    public static void PassHeadersThrough(this KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
    }
}
