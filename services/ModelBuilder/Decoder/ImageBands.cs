using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// The 4096 image tokens in bands of whole grid rows. A band's tensors (512 x 256 floats, 512 KB) stay in a core's
/// second-level cache from one operator to the next; whole ones (4 MB) leave it at each of them, which cost a tenth of
/// the decoder's time.
/// </summary>
internal static class ImageBands
{
    public const int Count = 8;

    /// <summary>Grid rows of a band.</summary>
    public const int Rows = PositionalEncoding.Grid / Count;

    /// <summary>L, image tokens of a band.</summary>
    public const int Length = PreparedImage.Cells / Count;

    /// <summary>Cuts a value with 4096 image tokens along <paramref name="axis"/>.</summary>
    public static string[] Make(GraphBuilder graph, string value, long axis) =>
    [
        .. Enumerable.Range(0, Count).Select(band => graph.MakeSlice(
            value, graph.Integers(band * Length), graph.Integers((band + 1) * Length), axis)),
    ];
}
