using Google.Protobuf;
using Segmentation.Protocol.V1;

namespace Segmentation.Tests.Shared;

/// <summary>A photograph to click on, 600 x 400, and answers as text that can be compared.</summary>
internal static class Photograph
{
    private static readonly byte[] _bytes = File.ReadAllBytes(
        Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"));

    private static int _copies;

    /// <summary>The file.</summary>
    public static ByteString File600x400 { get; } = UnsafeByteOperations.UnsafeWrap(_bytes);

    /// <summary>Its id.</summary>
    public static string Id { get; } =
        $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_bytes))}";

    /// <summary>The same picture as another file: readers ignore what follows its end, ids do not.</summary>
    public static ByteString Copy()
    {
        var unique = BitConverter.GetBytes(Interlocked.Increment(ref _copies));
        return UnsafeByteOperations.UnsafeWrap((byte[])[.. _bytes, .. unique, .. Guid.NewGuid().ToByteArray()]);
    }

    /// <summary>A click.</summary>
    public static Prompt Click(int x, int y) => new()
    {
        Points = { new Point { X = x, Y = y, Label = PointLabel.Foreground } },
    };

    /// <summary>Scores and run lengths of all masks of an answer; ids differ between tenants.</summary>
    public static string Describe(PromptResult result) => string.Join(
        '\n', result.Masks.Select(mask => $"{mask.PredictedIou:R} {mask.StabilityScore:R} {mask.Rle.Counts}"));
}
