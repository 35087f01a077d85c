using System.Buffers.Binary;
using Segmentation.Projects.Measuring;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>
/// The random order of pictures. A picture's place comes from its file; the project's seed says at which place the
/// order begins. So a new seed needs no picture to be written, and a picture keeps its place when others come and go.
/// </summary>
internal static class RandomOrder
{
    /// <summary>Place of a picture.</summary>
    /// <param name="sha256">SHA-256 of its file, 32 bytes.</param>
    public static int KeyOf(ReadOnlySpan<byte> sha256) => BinaryPrimitives.ReadInt32BigEndian(sha256);

    /// <summary>Place at which the order of a seed begins; after the greatest place follows the least.</summary>
    public static int Start(long seed) => (int)SplitMix.Hash(seed, 0);
}
