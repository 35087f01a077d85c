using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Sam.Decoding.Cpu;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// The three graphs of SAM's prompt encoder and mask decoder, in the form of docs/model.md: <c>image</c> once an
/// image, <c>mask</c> once a mask prompt, <c>decode</c> once a batch of prompts. Safe for concurrent use.
/// </summary>
internal sealed class DecoderModel : IDisposable
{
    private static readonly string[] _embedding = ["embedding"];
    // ONNX names are unique in a graph, so what comes out cannot be called what went in.
    private static readonly string[] _maskOutputs = [.. PreparedImage.Names.Select(n => $"{n}_masked")];
    private static readonly string[] _maskInputs = [.. PreparedImage.Names, "mask_input"];
    private readonly InferenceSession _image;
    private readonly InferenceSession _mask;
    private readonly IMaskDecoder _decode;
    private readonly ImageProjectionCache _projections;
    private readonly long[] _embeddingShape;
    private PreparedImage? _nothing;

    public DecoderModel(ModelGraphs graphs, RuntimeOptions options)
    {
        _image = SessionFactory.Create(graphs.Image, options, _embedding, PreparedImage.Names);
        _mask = SessionFactory.Create(graphs.Mask, options, _maskInputs, _maskOutputs);
        _decode = options.Provider == ExecutionProvider.Cpu
            ? CpuMaskDecoder.Create(graphs.Decode)
            : new OnnxMaskDecoder(graphs.Decode, options);
        _projections = new(_decode);
        _embeddingShape = Array.ConvertAll(_image.InputMetadata[_embedding[0]].Dimensions, d => (long)d);
        ImageShapes = [.. PreparedImage.Names.Select(
            n => Array.ConvertAll(_image.OutputMetadata[n].Dimensions, d => (long)d))];
    }

    /// <inheritdoc cref="IMaskDecoder.MinBatch"/>
    public int MinBatch => _decode.MinBatch;

    /// <summary>Shapes of a prepared image's tensors.</summary>
    public IReadOnlyList<long[]> ImageShapes { get; }

    /// <summary>What prompts of an image share.</summary>
    /// <param name="embedding">[256, 64, 64] values.</param>
    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="yieldPoint">Passed during the run.</param>
    public PreparedImage Prepare(Memory<float> embedding, ImageGeometry geometry, YieldPoint yieldPoint)
    {
        var prepared = new PreparedImage(geometry, ImageShapes);
        using var input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, embedding, _embeddingShape);
        SessionFactory.Run(_image, _embedding, [input], PreparedImage.Names, prepared.Tensors, yieldPoint);
        GC.KeepAlive(prepared);
        return prepared;
    }

    /// <summary>
    /// The embedding that an image was prepared from, up to the rounding of one sum: its tokens are the embedding's
    /// cells and the constant that stands for no mask, which is what remains of an embedding of zeros.
    /// </summary>
    /// <param name="image">A prepared image.</param>
    /// <param name="embedding">Receives [256, 64, 64] values.</param>
    /// <param name="yieldPoint">Passed during the run.</param>
    public void Restore(PreparedImage image, Span<float> embedding, YieldPoint yieldPoint)
    {
        const int Side = ImageGeometry.GridSide;
        var nothing = _nothing ??= Prepare(
            new float[ImageEncoder.EmbeddingLength], image.Geometry, yieldPoint);
        var channels = image.TokenRow / Side;
        for (var row = 0; row < Side; row++)
        {
            yieldPoint.Check();
            for (var channel = 0; channel < channels; channel++)
            {
                TensorPrimitives.Subtract(
                    image.TokensOf(row, channel),
                    nothing.TokensOf(row, channel),
                    embedding.Slice((channel * Side + row) * Side, Side));
            }
        }
    }

    /// <summary>Writes an image with a mask prompt (256 x 256 logits) in it to another.</summary>
    public void AddMask(PreparedImage image, float[] maskLogits, PreparedImage destination, YieldPoint yieldPoint)
    {
        const int Side = ImageGeometry.LowResSide;
        using var input = OrtValue.CreateTensorValueFromMemory(maskLogits, [1, 1, Side, Side]);
        SessionFactory.Run(
            _mask, _maskInputs, [.. image.Tensors, input], _maskOutputs, destination.Tensors, yieldPoint);
        GC.KeepAlive(image);
        GC.KeepAlive(destination);
    }

    /// <inheritdoc cref="IMaskDecoder.PrecomputeProjections"/>
    public AlignedBuffer? PrecomputeProjections(PreparedImage image, YieldPoint yieldPoint) => _decode.PrecomputeProjections(image, yieldPoint);

    /// <summary>The features that an image has, or those made for the images asked for last.</summary>
    /// <param name="image">The image, which must never change.</param>
    /// <param name="yieldPoint">
    /// Passed while they are made, here or by another thread; what is done there must not ask for any.
    /// </param>
    public AlignedBuffer? ProjectionsOf(PreparedImage image, YieldPoint yieldPoint) => image.Projections ?? _projections.Get(image, yieldPoint);

    /// <summary>Decodes a batch of prompts.</summary>
    /// <param name="image">The image, with a mask prompt in it or without.</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="logits">Receives [prompts, mask tokens, logit rows, logit columns].</param>
    /// <param name="predictedIou">Receives [prompts, 4], of all output tokens.</param>
    /// <param name="memory">This thread's.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public void Decode(
        PreparedImage image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        Arena memory,
        CancellationToken cancellationToken) =>
        _decode.Decode(image, batch, logits, predictedIou, memory, cancellationToken);

    public void Dispose()
    {
        _image.Dispose();
        _mask.Dispose();
        _decode.Dispose();
    }
}
