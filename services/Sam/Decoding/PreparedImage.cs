using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Sam.Images;
using Segmentation.Sam.Masks;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// What all prompts on an image share (decoder-algebra: X0, K0, V0 and Q0), in managed memory so that the runtime's
/// and Orleans' own memory figures see it. Immutable once made; safe for concurrent use.
/// </summary>
public sealed class PreparedImage
{
    internal static readonly string[] Names = ["image_tokens", "k0", "v0", "q0"];

    private readonly float[][] _buffers;

    internal PreparedImage(ImageGeometry geometry, IReadOnlyList<long[]> shapes)
    {
        Geometry = geometry;
        Plan = new ResamplingPlan(geometry);
        _buffers = [.. shapes.Select(Allocate)];
        Values = [.. _buffers.Zip(shapes, Wrap)];
    }

    private PreparedImage(ImageGeometry geometry, PreparedImage buffersOf)
    {
        Geometry = geometry;
        Plan = new ResamplingPlan(geometry);
        _buffers = buffersOf._buffers;
        Values = buffersOf.Values;
    }

    /// <summary>Sizes of the image.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>Bytes held.</summary>
    public long SizeBytes => _buffers.Sum(b => (long)b.Length * sizeof(float));

    /// <summary>The image tokens X0, [4096, 256]: one row for each cell of the 64 x 64 grid, row by row.</summary>
    internal ReadOnlySpan<float> Tokens => _buffers[0];

    /// <summary>How logits become masks of the image's size.</summary>
    internal ResamplingPlan Plan { get; }

    /// <summary>The tensors in the order of <see cref="Names"/>.</summary>
    internal IReadOnlyList<OrtValue> Values { get; }

    /// <summary>The image tokens: [4096, 256], row by row of the grid.</summary>
    internal ReadOnlySpan<float> ImageTokens => _buffers[0];

    /// <summary>The same buffers for an image of another size, to be written over.</summary>
    internal PreparedImage WithGeometry(ImageGeometry geometry) => new(geometry, this);

    private static float[] Allocate(long[] shape) =>
        GC.AllocateUninitializedArray<float>((int)shape.Aggregate(1L, (a, b) => a * b), pinned: true);

    // The arrays are on the pinned heap and live as long as this object, so the native value needs no pin of its own
    // and its finalizer is all the clean-up there is: an image dropped while a decode runs on it stays valid.
    private static OrtValue Wrap(float[] buffer, long[] shape) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance,
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
        shape,
        Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0),
        (long)buffer.Length * sizeof(float));
}
