namespace Segmentation.Sam.Images;

/// <summary>
/// Source pixels and weights of each pixel of one resized axis: the coefficients of Pillow's
/// <c>Image.resize(..., BILINEAR)</c>, a triangle filter whose support grows with the reduction, in fixed point.
/// </summary>
internal sealed class ResampleWeights
{
    /// <summary>Weights are multiples of 2^-22: with 8-bit pixels, sums of them stay within 31 bits.</summary>
    public const int PrecisionBits = 32 - 8 - 2;

    /// <summary>Half a grey level: every sum starts from it, so that the final shift rounds.</summary>
    public const int Half = 1 << (PrecisionBits - 1);

    /// <summary>Weights of one output pixel are padded with zeros to a multiple of this, for vector loads.</summary>
    public const int TapGroup = 4;

    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _weights;
    private readonly int _stride;

    /// <param name="available">Source pixels there are, at least 1.</param>
    /// <param name="extent">
    /// Source pixels that the output covers, from the first one's left edge: <paramref name="available"/>, or up to
    /// one more where the decoder reduced the image and dropped the last fraction of a pixel.
    /// </param>
    /// <param name="outputs">Pixels of the resized axis, at least 1.</param>
    public ResampleWeights(int available, double extent, int outputs)
    {
        var scale = extent / outputs;
        var filterScale = Math.Max(1.0, scale);
        MaxTaps = (int)Math.Ceiling(filterScale) * 2 + 1;
        _stride = (MaxTaps + TapGroup - 1) / TapGroup * TapGroup;
        _starts = new int[outputs];
        _counts = new int[outputs];
        _weights = new int[outputs * _stride];
        var shares = new double[MaxTaps];
        for (var output = 0; output < outputs; output++)
        {
            var center = (output + 0.5) * scale;
            var start = Math.Max(0, (int)(center - filterScale + 0.5));
            var count = Math.Min(available, (int)(center + filterScale + 0.5)) - start;
            var sum = 0.0;
            for (var tap = 0; tap < count; tap++)
            {
                // The order of operations is Pillow's: another one changes the last bit of some weights.
                var distance = Math.Abs((tap + start - center + 0.5) * (1.0 / filterScale));
                shares[tap] = distance < 1.0 ? 1.0 - distance : 0.0;
                sum += shares[tap];
            }

            _starts[output] = start;
            _counts[output] = count;
            var weights = _weights.AsSpan(output * _stride, count);
            for (var tap = 0; tap < count; tap++)
            {
                weights[tap] = (int)(0.5 + shares[tap] / sum * (1 << PrecisionBits));
            }
        }
    }

    /// <summary>Pixels of the resized axis.</summary>
    public int Outputs => _starts.Length;

    /// <summary>Largest number of source pixels of an output pixel.</summary>
    public int MaxTaps { get; }

    /// <summary>First source pixel of an output pixel.</summary>
    public int Start(int output) => _starts[output];

    /// <summary>Number of source pixels of an output pixel, at least 1.</summary>
    public int Count(int output) => _counts[output];

    /// <summary>The weights of an output pixel.</summary>
    public ReadOnlySpan<int> Weights(int output) => _weights.AsSpan(output * _stride, _counts[output]);

    /// <summary>The weights of an output pixel, zeros up to a multiple of <see cref="TapGroup"/> included.</summary>
    public ReadOnlySpan<int> Padded(int output) =>
        _weights.AsSpan(output * _stride, (_counts[output] + TapGroup - 1) / TapGroup * TapGroup);
}
