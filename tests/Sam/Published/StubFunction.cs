using System.Runtime.InteropServices;
using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Prompts;
using Segmentation.Tests.Shared;

namespace Segmentation.Sam.Tests.Published;

/// <summary>
/// The function of <see cref="StubDecoders"/> in double precision, computed from the prompt in pixels of the image.
/// </summary>
internal static class StubFunction
{
    private const int Side = 256;

    /// <summary>The positional encoding that a stub's encoder gives; null for models without one.</summary>
    public static float[]? PositionalOf(string name)
    {
        if (!name.StartsWith("huggingface-sam1", StringComparison.Ordinal))
        {
            return null;
        }

        var graph = Onnx.ModelProto.Parser.ParseFrom(StubModels.Named(name).Encoder.ToBytes()).Graph;
        var values = graph.Initializer.Single(one => one.Dims.SequenceEqual([1L, 256, 1, 1]));
        var floats = MemoryMarshal.Cast<byte, float>(values.RawData.Span).ToArray();
        return [.. floats.SelectMany(value => Enumerable.Repeat(value, 64 * 64))];
    }

    /// <summary>The logits of a mask, [256,256].</summary>
    public static double[] LogitsOf(
        ModelLayout layout,
        float[] embedding,
        ImageGeometry geometry,
        Prompt prompt,
        int token,
        float[]? positional)
    {
        var constant = PromptSum(layout.Decoder, geometry, prompt) + token / 2.0;
        var expected = new double[Side * Side];
        Array.Fill(expected, constant);
        var offset = 0;
        foreach (var tensor in layout.Encoder.Tensors)
        {
            Add(expected, embedding.AsSpan(offset, tensor.Length), tensor);
            offset += tensor.Length;
        }

        if (positional is not null)
        {
            Add(expected, positional, new EncoderTensor(TensorRole.Positional, "", [256, 64, 64]));
        }

        for (var i = 0; i < expected.Length; i++)
        {
            expected[i] += prompt.MaskLogits?[i] ?? 0;
            // SAM 2's predictor returns no logits beyond these.
            expected[i] = layout.Decoder.IsSam2 ? Math.Clamp(expected[i], -32, 32) : expected[i];
        }

        return expected;
    }

    private static double PromptSum(DecoderLayout decoder, ImageGeometry geometry, Prompt prompt)
    {
        var (scaleX, scaleY) = geometry.Resizing == Resizing.Stretch
            ? (1024.0 / geometry.Width, 1024.0 / geometry.Height)
            : ((double)geometry.ResizedWidth / geometry.Width, (double)geometry.ResizedHeight / geometry.Height);
        double Term(double label, double x, double y) => (label + 2) * (1 + (x * scaleX + 2 * y * scaleY) / 1024);
        var sum = prompt.Points.Sum(point => Term((int)point.Label, point.X, point.Y));
        if (prompt.Box is { } box)
        {
            return sum + (decoder.Box == BoxPort.Input
                ? (box.XMin * scaleX + 2 * box.YMin * scaleY + 3 * box.XMax * scaleX + 4 * box.YMax * scaleY) / 1024
                : Term(2, box.XMin, box.YMin) + Term(3, box.XMax, box.YMax));
        }

        // The published graphs of SAM 1 and SAM-HQ leave the padding point to the caller.
        return sum + (decoder.Family is "sam1" or "sam-hq" ? Term(-1, 0, 0) : 0);
    }

    // Adds the mean over the channels, each cell for as many logits as it covers.
    private static void Add(double[] logits, ReadOnlySpan<float> values, EncoderTensor tensor)
    {
        var isLast = tensor.Role == TensorRole.Intermediate;
        var (channels, cells) = (tensor.Dimensions[isLast ? 2 : 0], tensor.Dimensions[1]);
        var means = new double[cells * cells];
        for (var i = 0; i < values.Length; i++)
        {
            means[isLast ? i / channels : i % means.Length] += values[i] / channels;
        }

        var size = Side / cells;
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] += means[i / Side / size * cells + i % Side / size];
        }
    }
}
