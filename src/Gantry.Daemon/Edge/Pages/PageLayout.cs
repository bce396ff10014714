using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Gantry.Daemon.Edge.Pages;

/// <summary>The frame of every page: complete in itself, without anything to load.</summary>
internal static class PageLayout
{
    /// <summary>
    /// One style and one script, named by their hashes; connections only to where the page came from, to look again.
    /// Whatever else might get into a page does nothing.
    /// </summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src '{HashOf(PageStyle.Text)}'; script-src '{HashOf(PageScript.Text)}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Text as it may stand in HTML, in attributes too.</summary>
    public static string Encode(string text) => Encoder.Encode(text);

    /// <param name="title">Plain text.</param>
    /// <param name="body">HTML.</param>
    /// <param name="looksAgain">Whether the page looks again until it is no longer needed; without scripts it is loaded anew.</param>
    public static string Render(string title, string body, bool looksAgain) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <link rel="icon" href="data:,">
        <title>{Encode(title)}</title>
        {(looksAgain ? "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>\n" : "")}<style>{PageStyle.Text}</style>
        </head>
        <body>
        {body}
        {(looksAgain ? $"<script>{PageScript.Text}</script>\n" : "")}</body>
        </html>
        """;

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
