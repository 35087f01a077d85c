using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// An image prepared for the graphs of ModelBuilder: image tokens x0 and layer 0's K0, V0 and Q0 (docs/model.md), in
/// managed memory, which the runtime's and Orleans' memory figures count.
/// </summary>
internal sealed class PreparedTokens : PreparedImage
{
    internal static readonly string[] Names = ["image_tokens", "k0", "v0", "q0"];

    private readonly AlignedBuffer[] _buffers;

    internal PreparedTokens(ImageGeometry geometry, IReadOnlyList<long[]> shapes)
        : base(geometry)
    {
        _buffers = [.. shapes.Select(Allocate)];
        (TokenRow, QueryRow) = (RowLength(shapes[0]), RowLength(shapes[^1]));
        Tensors = [.. _buffers.Zip(shapes, Wrap)];
    }

    private PreparedTokens(ImageGeometry geometry, PreparedTokens buffersOf)
        : base(geometry)
    {
        _buffers = buffersOf._buffers;
        (TokenRow, QueryRow) = (buffersOf.TokenRow, buffersOf.QueryRow);
        Tensors = buffersOf.Tensors;
    }

    /// <inheritdoc/>
    public override long SizeBytes =>
        (_buffers.Sum(b => (long)b.Length) + (Projections?.Length ?? 0)) * sizeof(float) + (HighRes?.SizeBytes ?? 0);

    /// <summary>High-resolution features, of SAM 2; else null. A mask prompt does not change them.</summary>
    internal IHighResFeatures? HighRes { get; set; }

    /// <summary>Floats of a grid row's image tokens, [C, 64].</summary>
    internal int TokenRow { get; }

    /// <summary>Floats of a grid row's keys, values or queries, [H D, 64].</summary>
    internal int QueryRow { get; }

    /// <summary>The tensors in the order of <see cref="Names"/>.</summary>
    internal IReadOnlyList<OrtValue> Tensors { get; }

    /// <summary>Returns an image of another size in the same buffers, to be overwritten.</summary>
    internal PreparedTokens WithGeometry(ImageGeometry geometry) => new(geometry, this);

    /// <inheritdoc/>
    internal override ReadOnlySpan<float> TokensOf(int row, int channel) =>
        _buffers[0].Span.Slice(row * TokenRow + channel * ImageGeometry.GridSide, ImageGeometry.GridSide);

    /// <summary>x0, [64, C, 64]. This pointer and the others are valid as long as this object is reachable.</summary>
    internal unsafe float* Tokens => _buffers[0].Pointer;

    /// <summary>K0, [64, H D, 64].</summary>
    internal unsafe float* Keys => _buffers[1].Pointer;

    /// <summary>V0, [64, H D, 64].</summary>
    internal unsafe float* Values => _buffers[2].Pointer;

    /// <summary>Q0, [64, H D, 64].</summary>
    internal unsafe float* Queries => _buffers[3].Pointer;

    private static int RowLength(long[] shape) => (int)(shape[1] * shape[2]);

    private static AlignedBuffer Allocate(long[] shape) => new((int)shape.Aggregate(1L, (a, b) => a * b));

    // The buffers are pinned and live as long as this object, so the native value needs no pin of its own. Its
    // finalizer is the only clean-up: an image that is released while a decode runs on it stays valid.
    private static unsafe OrtValue Wrap(AlignedBuffer buffer, long[] shape) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance,
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
        shape,
        (nint)buffer.Pointer,
        (long)buffer.Length * sizeof(float));
}
