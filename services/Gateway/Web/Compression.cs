namespace Segmentation.Gateway.Web;

/// <summary>Chooses the answers to compress: text. Pictures and embeddings are compressed already.</summary>
internal static class Compression
{
    /// <summary>Media types to compress for clients that accept it.</summary>
    public static IReadOnlyList<string> MediaTypes { get; } =
    [
        "application/json", "application/manifest+json", "application/wasm", "image/svg+xml", "text/css", "text/html",
        "text/javascript",
    ];

    /// <summary>
    /// False for an embedding in JSON, whose base64 shrinks by what base64 added, and for streams of answers, which
    /// are to come one by one.
    /// </summary>
    public static bool Pays(HttpContext context) =>
        context.Request.Path.Value is not { } path
        || !(path.EndsWith("/embedding", StringComparison.Ordinal)
            || path.EndsWith("segmentEverything", StringComparison.Ordinal)
            || path.EndsWith(":watch", StringComparison.Ordinal));
}
