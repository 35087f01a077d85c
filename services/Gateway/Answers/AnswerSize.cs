using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Answers;

/// <summary>
/// Estimates and counts the bytes of masks in an answer. Logits have one size; what run lengths, pictures and outlines
/// take depends on the mask, so the estimate is that of a large mask with a plain outline and is corrected once masks
/// are there.
/// </summary>
internal static class AnswerSize
{
    /// <summary>Id, scores, box and the numbers between them.</summary>
    public const int Fixed = 128;

    private const int Logits = 256 * 256 * sizeof(float);

    // The outline crosses every column a few times: lengths of two or three characters.
    private const int RunBytesAColumn = 10;

    // Deflate needs about a thousandth of empty rows and some bytes where a row differs from the one above.
    private const int PngBytesARow = 10;
    private const int PngPixelsAByte = 1000;

    // Half of the pixels of an outline are corners: two float32 each.
    private const int OutlineBytesASide = 15;

    /// <summary>Bytes of one mask, roughly.</summary>
    /// <param name="forms">Forms besides run lengths.</param>
    /// <param name="runLengths">True when run lengths are shown.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    public static long OfMask(MaskForms forms, bool runLengths, int width, int height) =>
        Fixed
        + (runLengths ? (long)RunBytesAColumn * width : 0)
        + (forms.HasFlag(MaskForms.Logits) ? Logits : 0)
        + (forms.HasFlag(MaskForms.Png) ? ((long)PngBytesARow * height) + ((long)width * height / PngPixelsAByte) : 0)
        + (forms.HasFlag(MaskForms.Polygons) ? (long)OutlineBytesASide * (width + height) : 0);

    /// <summary>Bytes of a grain's masks, with run lengths whether shown or not.</summary>
    public static long Of(MaskData[] masks)
    {
        var bytes = 0L;
        foreach (var mask in masks)
        {
            bytes += Fixed + mask.Counts.Length + (mask.Png?.Length ?? 0) + (mask.Logits?.Length ?? 0);
            foreach (var polygon in mask.Polygons ?? [])
            {
                bytes += (long)polygon.Coordinates.Length * sizeof(float);
            }
        }

        return bytes;
    }

    /// <summary>Bytes of the masks of one prompt as they are sent.</summary>
    public static long Of(PromptResult result) => Fixed + result.CalculateSize();
}
