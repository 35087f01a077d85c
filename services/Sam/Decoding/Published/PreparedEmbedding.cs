using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Published;

/// <summary>
/// An image prepared for a published decoder: its flat embedding, in managed memory that does not move. The tensors of
/// a decoder that computes in 16 bits are there in 16 bits too.
/// </summary>
internal sealed class PreparedEmbedding : PreparedImage
{
    private const int Cells = ImageGeometry.GridSide * ImageGeometry.GridSide;
    private readonly AlignedBuffer _values;
    private readonly List<AlignedBuffer> _others = [];
    private readonly Dictionary<DecoderRole, OrtValue> _tensors = [];

    /// <param name="embedding">The flat embedding.</param>
    /// <param name="geometry">Sizes of the image.</param>
    public PreparedEmbedding(ReadOnlySpan<float> embedding, ImageGeometry geometry)
        : base(geometry)
    {
        _values = new AlignedBuffer(embedding.Length);
        embedding.CopyTo(_values.Span);
    }

    /// <inheritdoc/>
    public override long SizeBytes => (_values.Length + _others.Sum(buffer => (long)buffer.Length)) * sizeof(float);

    /// <summary>The flat embedding.</summary>
    public ReadOnlySpan<float> Values => _values.Span;

    /// <inheritdoc/>
    internal override ReadOnlySpan<float> TokensOf(int row, int channel) =>
        _values.Span.Slice(channel * Cells + row * ImageGeometry.GridSide, ImageGeometry.GridSide);

    /// <summary>The tensor for an input of the decoder. Valid as long as this object is reachable.</summary>
    public OrtValue Tensor(DecoderRole role) => _tensors[role];

    /// <summary>Makes the tensor for an input of the decoder, before other threads see this object.</summary>
    /// <param name="port">The input.</param>
    /// <param name="tensor">The tensor's sizes.</param>
    /// <param name="offset">Its first value in the flat embedding.</param>
    /// <param name="copies">
    /// Number of tensors that the input stacks in its first dimension: this one, and zeros for the others.
    /// </param>
    public unsafe void Add(GraphPort port, EncoderTensor tensor, int offset, int copies)
    {
        var leading = port.Rank - tensor.Dimensions.Count;
        long[] shape =
        [
            .. Enumerable.Range(0, leading).Select(i => i == 0 ? (long)copies : 1),
            .. tensor.Dimensions.Select(side => (long)side),
        ];
        var pointer = _values.Pointer + offset;
        var (type, size) = (TensorElementType.Float, sizeof(float));
        if (port.Type == NumberType.F16 || copies > 1)
        {
            var length = tensor.Length * copies;
            var isHalf = port.Type == NumberType.F16;
            var copy = new AlignedBuffer(isHalf ? (length + 1) / 2 : length);
            copy.Span.Clear();
            _others.Add(copy);
            var source = _values.Span.Slice(offset, tensor.Length);
            if (isHalf)
            {
                (type, size) = (TensorElementType.Float16, sizeof(Half));
                TensorPrimitives.ConvertToHalf(source, new Span<Half>(copy.Pointer, tensor.Length));
            }
            else
            {
                source.CopyTo(copy.Span);
            }

            pointer = copy.Pointer;
        }

        // The buffers are pinned and live as long as this object, so the native value needs no pin of its own.
        _tensors[port.Role] = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, type, shape, (nint)pointer, (long)tensor.Length * copies * size);
    }
}
