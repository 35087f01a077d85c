using System.Globalization;
using Grpc.Core;

namespace Segmentation.Gateway.Grpc;

/// <summary>
/// The header <c>x-segmentation-encoder-starting</c>: sent ahead of the answer while an upload waits for an encoder
/// that is being started.
/// </summary>
internal static class EncoderStarting
{
    /// <summary>Name of the header.</summary>
    public const string Name = "x-segmentation-encoder-starting";

    /// <summary>Makes the headers of an answer.</summary>
    /// <param name="left">Time until the encoder is probably in reach; written in whole seconds, rounded up.</param>
    public static Metadata Header(TimeSpan left) => new()
    {
        { Name, Math.Ceiling(left.TotalSeconds).ToString("0", CultureInfo.InvariantCulture) },
    };
}
