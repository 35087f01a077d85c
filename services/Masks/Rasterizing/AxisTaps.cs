using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Rasterizing;

/// <summary>
/// Interpolation weights from one axis of the low-resolution logits to the same axis of the image, as one sparse
/// matrix: both bilinear steps of SAM 1's <c>postprocess_masks</c> (256 to 1024, crop, 1024 to the image;
/// <c>align_corners=False</c>), or for stretched images the one step of SAM 2's (256 to the image).
/// </summary>
/// <remarks>
/// A pixel lies between two pixels of the 1024 square, and these between two low-resolution values each; as they are
/// neighbours, that makes three values in a row, and two where there is one step. Pixels whose first value is the same
/// are contiguous: group k is the pixels from <see cref="Starts"/>[k] to <see cref="Starts"/>[k + 1], and they read
/// values k, k + 1 and k + 2.
/// </remarks>
internal sealed class AxisTaps
{
    /// <summary>Values a pixel may read.</summary>
    public const int Taps = 3;

    /// <summary>Zero weights behind the last pixel, so that vectors may read past it.</summary>
    public const int Slack = 8;

    private const int Last = ImageGeometry.LowResSide - 1;
    private const float Enlargement = (float)ImageGeometry.ModelSide / ImageGeometry.LowResSide;

    /// <param name="size">The image's pixels along this axis.</param>
    /// <param name="resizedSize">Its pixels along this axis inside the 1024 square.</param>
    /// <param name="resizing">Rule by which it became these.</param>
    public AxisTaps(int size, int resizedSize, Resizing resizing)
    {
        Size = size;
        Weight0 = new float[size + Slack];
        Weight1 = new float[size + Slack];
        Weight2 = new float[size + Slack];

        var starts = new int[ImageGeometry.LowResSide + 1];
        var groups = 0;
        Span<double> weights = stackalloc double[Taps];
        for (var pixel = 0; pixel < size; pixel++)
        {
            var first = resizing == Resizing.Stretch
                ? Interpolate(pixel, size, weights)
                : Compose(pixel, size, resizedSize, weights);
            (Weight0[pixel], Weight1[pixel], Weight2[pixel]) =
                ((float)weights[0], (float)weights[1], (float)weights[2]);
            while (groups <= first)
            {
                starts[groups++] = pixel;
            }

            var reach = weights[2] != 0 ? 3 : weights[1] != 0 ? 2 : 1;
            Required = Math.Max(Required, first + reach);
        }

        starts.AsSpan(groups).Fill(size);
        Starts = starts[..(Required + 1)];
    }

    /// <summary>The image's pixels along this axis.</summary>
    public int Size { get; }

    /// <summary>Low-resolution values any pixel reads: all below this index.</summary>
    public int Required { get; }

    /// <summary><see cref="Required"/> + 1 pixels at which the groups begin and the last one ends.</summary>
    public int[] Starts { get; }

    /// <summary>Each pixel's weight of the first value of its group, then <see cref="Slack"/> zeros.</summary>
    public float[] Weight0 { get; }

    /// <summary>Each pixel's weight of the value after that.</summary>
    public float[] Weight1 { get; }

    /// <summary>Each pixel's weight of the third value; zero for most.</summary>
    public float[] Weight2 { get; }

    /// <summary>Fills <paramref name="weights"/> and returns the index of the value the first one belongs to.</summary>
    private static int Compose(int pixel, int size, int resizedSize, Span<double> weights)
    {
        weights.Clear();
        var (near, fraction) = Source(pixel, (float)resizedSize / size, resizedSize - 1);
        var far = Math.Min(near + 1, resizedSize - 1);
        var (first, nearFraction) = Source(near, 1 / Enlargement, Last);
        var (second, farFraction) = Source(far, 1 / Enlargement, Last);
        Add(weights, first, first, nearFraction, 1.0 - fraction);
        Add(weights, first, second, farFraction, fraction);
        return first;
    }

    /// <summary>The same for the one step of a stretched image.</summary>
    private static int Interpolate(int pixel, int size, Span<double> weights)
    {
        weights.Clear();
        var (first, fraction) = Source(pixel, (float)ImageGeometry.LowResSide / size, Last);
        Add(weights, first, first, fraction, weight: 1);
        return first;
    }

    private static void Add(Span<double> weights, int first, int index, double fraction, double weight)
    {
        weights[index - first] += (1 - fraction) * weight;
        weights[Math.Min(index + 1, Last) - first] += fraction * weight;
    }

    /// <summary>
    /// Position of an output pixel's centre in the input, as the pixel before it and the fraction of the way to the
    /// next: PyTorch's <c>area_pixel_compute_source_index</c>, in float32 as there.
    /// </summary>
    private static (int Index, float Fraction) Source(int pixel, float scale, int last)
    {
        var position = Math.Max(scale * (pixel + 0.5f) - 0.5f, 0);
        var index = Math.Min((int)position, last);
        return (index, Math.Min(position - index, 1));
    }
}
