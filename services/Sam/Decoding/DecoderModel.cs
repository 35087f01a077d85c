using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// The three graphs of SAM's prompt encoder and mask decoder, in the form of docs/model.md: <c>image</c> runs once an
/// image, <c>mask</c> once a mask prompt, <c>decode</c> once a batch of prompts. Safe for concurrent use.
/// </summary>
internal sealed class DecoderModel : IPromptDecoder
{
    private static readonly string[] _embedding = ["embedding"];
    // Names are unique in an ONNX graph, so outputs cannot have the names of inputs.
    private static readonly string[] _maskOutputs = [.. PreparedTokens.Names.Select(n => $"{n}_masked")];
    private static readonly string[] _maskInputs = [.. PreparedTokens.Names, "mask_input"];
    private readonly InferenceSession _image;
    private readonly InferenceSession _mask;
    private readonly IMaskDecoder _decoder;
    private readonly ImageProjectionCache _projections;
    private readonly long[] _embeddingShape;
    private readonly int _tokensLength;
    private PreparedTokens? _zeroImage;

    /// <param name="imagePath">Path of the image graph.</param>
    /// <param name="maskPath">Path of the mask graph.</param>
    /// <param name="decoder">The decode graph; disposed with this object.</param>
    /// <param name="options">Options of the two graphs that ONNX Runtime runs.</param>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    /// <exception cref="InvalidDataException">A graph is not one of this version.</exception>
    public DecoderModel(string imagePath, string maskPath, IMaskDecoder decoder, RuntimeOptions options)
    {
        _image = SessionFactory.Create(imagePath, options, _embedding, PreparedTokens.Names);
        _mask = SessionFactory.Create(maskPath, options, _maskInputs, _maskOutputs);
        _decoder = decoder;
        _projections = new(decoder);
        _embeddingShape = Array.ConvertAll(_image.InputMetadata[_embedding[0]].Dimensions, d => (long)d);
        _tokensLength = (int)_embeddingShape.Aggregate((a, b) => a * b);
        ImageShapes = [.. PreparedTokens.Names.Select(
            n => Array.ConvertAll(_image.OutputMetadata[n].Dimensions, d => (long)d))];
    }

    /// <inheritdoc cref="IMaskDecoder.MinBatch"/>
    public int MinBatch => _decoder.MinBatch;

    /// <summary>Shapes of a prepared image's tensors.</summary>
    public IReadOnlyList<long[]> ImageShapes { get; }

    /// <inheritdoc/>
    public SegmentWorkspace CreateWorkspace(bool lendsMasks) => new(ImageShapes, lendsMasks);

    PreparedImage IPromptDecoder.Prepare(Memory<float> embedding, ImageGeometry geometry, YieldPoint yieldPoint) =>
        Prepare(embedding, geometry, yieldPoint);

    /// <summary>Computes the tensors that all prompts on an image share.</summary>
    /// <param name="embedding">
    /// [256, 64, 64] values; of SAM 2 followed by its high-resolution features, [32, 256, 256] and [64, 128, 128].
    /// </param>
    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="yieldPoint">Checked during the run.</param>
    /// <exception cref="ArgumentException">The embedding is of another length: it is another model's.</exception>
    public PreparedTokens Prepare(Memory<float> embedding, ImageGeometry geometry, YieldPoint yieldPoint)
    {
        var expected = _tokensLength + _decoder.HighResLength;
        if (embedding.Length != expected)
        {
            throw new ArgumentException(
                $"The embedding has {embedding.Length} values and this model's have {expected}.", nameof(embedding));
        }

        var prepared = PrepareTokens(embedding[.._tokensLength], geometry, yieldPoint);
        prepared.HighRes = _decoder.PrepareHighRes(embedding.Span[_tokensLength..], yieldPoint);
        return prepared;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The image's tokens are the embedding plus <c>no_mask_embed</c>, and the tokens of an embedding of zeros are
    /// <c>no_mask_embed</c> alone.
    /// </remarks>
    public void Restore(PreparedImage image, Span<float> embedding, YieldPoint yieldPoint)
    {
        const int Side = ImageGeometry.GridSide;
        var zeroImage = _zeroImage ??= PrepareTokens(new float[_tokensLength], image.Geometry, yieldPoint);
        var tokens = (PreparedTokens)image;
        var channels = tokens.TokenRow / Side;
        for (var row = 0; row < Side; row++)
        {
            yieldPoint.Check();
            for (var channel = 0; channel < channels; channel++)
            {
                TensorPrimitives.Subtract(
                    tokens.TokensOf(row, channel),
                    zeroImage.TokensOf(row, channel),
                    embedding.Slice((channel * Side + row) * Side, Side));
            }
        }

        tokens.HighRes?.Restore(embedding[_tokensLength..], yieldPoint);
    }

    /// <summary>Adds a mask prompt (256 x 256 logits) to an image and writes the result to another.</summary>
    public void AddMask(PreparedTokens image, float[] maskLogits, PreparedTokens destination, YieldPoint yieldPoint)
    {
        const int Side = ImageGeometry.LowResSide;
        using var input = OrtValue.CreateTensorValueFromMemory(maskLogits, [1, 1, Side, Side]);
        SessionFactory.Run(
            _mask, _maskInputs, [.. image.Tensors, input], _maskOutputs, destination.Tensors, yieldPoint);
        destination.HighRes = image.HighRes;
        GC.KeepAlive(image);
        GC.KeepAlive(destination);
    }

    /// <inheritdoc/>
    public AlignedBuffer? PrecomputeProjections(PreparedImage image, YieldPoint yieldPoint) =>
        _decoder.PrecomputeProjections((PreparedTokens)image, yieldPoint);

    /// <inheritdoc/>
    public AlignedBuffer? ProjectionsOf(PreparedImage image, YieldPoint yieldPoint) =>
        image.Projections ?? _projections.Get((PreparedTokens)image, yieldPoint);

    /// <inheritdoc/>
    public void Decode(
        PreparedImage image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        SegmentWorkspace workspace,
        CancellationToken cancellationToken)
    {
        var tokens = (PreparedTokens)image;
        if (batch.MaskLogits is { } mask)
        {
            var masked = workspace.MaskedImageFor(image.Geometry);
            AddMask(tokens, mask, masked, new YieldPoint(batch.OnYield, cancellationToken));
            tokens = masked;
        }

        _decoder.Decode(tokens, batch, logits, predictedIou, workspace.Decoding, cancellationToken);
    }

    public void Dispose()
    {
        _image.Dispose();
        _mask.Dispose();
        _decoder.Dispose();
    }

    private PreparedTokens PrepareTokens(Memory<float> embedding, ImageGeometry geometry, YieldPoint yieldPoint)
    {
        var prepared = new PreparedTokens(geometry, ImageShapes);
        using var input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, embedding, _embeddingShape);
        SessionFactory.Run(_image, _embedding, [input], PreparedTokens.Names, prepared.Tensors, yieldPoint);
        GC.KeepAlive(prepared);
        return prepared;
    }
}
