using System.Buffers.Text;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Access;

/// <summary>
/// Subprotocols of a WebSocket. Pages cannot set its headers, so they offer a credential as a subprotocol beside the
/// protocol's name. An address with a credential in its query would be written to logs on its way.
/// </summary>
internal static class SocketProtocols
{
    /// <summary>Name of the protocol, the only one that the server answers with.</summary>
    public const string Name = "segmentation.v1";

    /// <summary>Beginning of a credential's subprotocol; the credential's base64url without padding follows.</summary>
    public const string Bearer = "segmentation.bearer.";

    /// <summary>Credentials among the subprotocols that a WebSocket's request offers, still encoded.</summary>
    public static IReadOnlyList<string> CredentialsOf(HttpContext context) =>
        context.Request.Headers.SecWebSocketProtocol.Count > 0 && context.WebSockets.IsWebSocketRequest
            ? [.. context.WebSockets.WebSocketRequestedProtocols
                .Where(name => name.StartsWith(Bearer, StringComparison.Ordinal))
                .Select(name => name[Bearer.Length..])]
            : [];

    /// <summary>Decodes a credential; null when the text is no base64url of text.</summary>
    public static string? Decode(string text)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            return bytes.Length > 0 && bytes.All(letter => letter is > 0x20 and < 0x7f)
                ? TextEncoding.ASCII.GetString(bytes)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
