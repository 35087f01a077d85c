namespace Segmentation.Gateway.Contract;

/// <summary>
/// Metadata of an endpoint that passes the bodies of calls on to another process, which checks their messages. Such a
/// body is given to the endpoint as it comes, in pieces of any length.
/// </summary>
internal sealed class StreamedBody
{
    /// <summary>The one instance.</summary>
    public static StreamedBody Instance { get; } = new();
}
