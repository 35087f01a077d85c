using System.Security.Cryptography;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Everything;

/// <summary>Masks found in an image.</summary>
/// <param name="Image">The image.</param>
/// <param name="Bytes">The file's bytes.</param>
/// <param name="Width">Width of the upright image in pixels.</param>
/// <param name="Height">Height of the upright image in pixels.</param>
/// <param name="Masks">The masks.</param>
internal sealed record ImageResult(
    ImageFile Image, ReadOnlyMemory<byte> Bytes, int Width, int Height, IReadOnlyList<EverythingMask> Masks)
{
    /// <summary>SHA-256 of the bytes that were searched, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));
}
