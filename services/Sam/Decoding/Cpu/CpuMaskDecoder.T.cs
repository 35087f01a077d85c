using System.Numerics.Tensors;
using Segmentation.Masks;
using Segmentation.Sam.Decoding.Cpu.Factored;
using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Decoding.Cpu.Tokens;
using Segmentation.Sam.Decoding.Cpu.Upscaling;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Cpu;

/// <summary>
/// The decode graph by our own kernels: the same function, in three passes over the rows of the image's grid. A row's
/// 64 image tokens (64 KB) stay in the L1 and L2 caches until the row is finished; ONNX Runtime takes the whole grid
/// through memory at each of six hundred operators. Prompts of a batch share the weights and layer 0's keys and values,
/// which are read once for all their tokens.
/// <code>
/// 1 points -> tokens                                              PromptEncoder
/// 2 layer 0: self attention, tokens attend to x0, MLP             TwoWayTransformer
/// 3 layer 1: self attention
/// 4 rows: x0 attends to tokens (layer 0) -> x1; tokens attend to x1
///   layer 1: MLP
/// 5 rows: x1 attends to tokens (layer 1) -> x2; tokens attend to x2 (final attention)
/// 6 IoU scores, object score; the wanted masks' hypernetworks     Mlp
/// 7 wanted rows: upscaling -> logits                              OutputUpscaling
/// </code>
/// The image side of steps 4, 5 and 7 is dense, or factored for prompts of few tokens on an image whose projections are
/// known. A sixth output token in the file tells SAM 2 from SAM 1. README.md in this folder describes the steps.
/// </summary>
internal sealed unsafe class CpuMaskDecoder<TSimd, TVector> : IMaskDecoder
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int MaskTokens = DecoderWeights<TSimd, TVector>.MaskTokens;
    private readonly Arena _memory = new();
    private readonly PromptEncoder _promptEncoder;
    private readonly TwoWayTransformer<TSimd, TVector> _transformer;
    private readonly Mlp<TSimd, TVector> _iouPredictionHead;
    private readonly Mlp<TSimd, TVector>? _objectScoreHead;
    private readonly int _scoreTokens;
    private readonly int _channels;
    private readonly Mlp<TSimd, TVector>[] _hypernetworks;
    private readonly OutputUpscaling<TSimd, TVector> _upscaling;
    private readonly FactoredWeights<TSimd, TVector> _factored;

    /// <param name="path">Path of the decode graph.</param>
    /// <param name="maxRank">Of <see cref="FactoredWeights{TSimd, TVector}"/>.</param>
    /// <exception cref="InvalidDataException">The file lacks a weight.</exception>
    public CpuMaskDecoder(string path, double maxRank = 0.75)
    {
        var weights = new DecoderWeights<TSimd, TVector>(new GraphWeights(path), _memory);
        _promptEncoder = new PromptEncoder(
            weights.Read("positional_encoding"), weights.Read("point_embeddings"), weights.Read("output_tokens"));
        _transformer = new(weights);
        (_scoreTokens, _channels) = (weights.ScoreTokens, weights.Channels);
        _iouPredictionHead = weights.Head("iou_prediction_head");
        _objectScoreHead = weights.HeadIfAny("object_score_head");
        _hypernetworks =
            [.. Enumerable.Range(0, MaskTokens).Select(i => weights.Head($"output_hypernetworks_mlps.{i}"))];
        _upscaling = new(weights);
        _factored = new(
            weights, _transformer.ImageSideWeights, _upscaling.FirstWeight, _upscaling.FirstBias, maxRank);
    }

    /// <summary>1: every prompt is decoded by itself.</summary>
    public int MinBatch => 1;

    /// <inheritdoc/>
    public int HighResLength => IsSam2 ? HighResFeatures.Length(_channels) : 0;

    private bool IsSam2 => _scoreTokens > 1;

    /// <inheritdoc/>
    public IHighResFeatures? PrepareHighRes(ReadOnlySpan<float> features, YieldPoint yieldPoint) =>
        IsSam2 ? new HighResFeatures(features, _channels, yieldPoint) : null;

    /// <inheritdoc/>
    public void Decode(
        PreparedTokens image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        Arena memory,
        CancellationToken cancellationToken)
    {
        memory.Reset();
        var yieldPoint = new YieldPoint(batch.OnYield, cancellationToken);
        var tokens = _promptEncoder.Encode(memory, batch);
        var imageSide = ChooseImageSide(image, batch, tokens.Count / batch.Count, memory, yieldPoint);
        var attended = _transformer.Apply(imageSide, batch, tokens, memory, yieldPoint);
        SetScores(batch, attended, predictedIou.Span, memory);
        SetLogits(
            batch,
            imageSide,
            (HighResFeatures?)image.HighRes,
            attended,
            logits.Span,
            predictedIou.Span,
            memory,
            yieldPoint);
        GC.KeepAlive(image);
        GC.KeepAlive(memory);
    }

    /// <inheritdoc/>
    public AlignedBuffer PrecomputeProjections(PreparedTokens image, YieldPoint yieldPoint) =>
        _factored.Projections.Compute(image, yieldPoint);

    /// <inheritdoc/>
    public void Dispose()
    {
        // All memory is managed.
    }

    private IImageSide ChooseImageSide(
        PreparedTokens image, DecodeBatch batch, int tokens, Arena memory, YieldPoint yieldPoint)
    {
        var weights = _transformer.ImageSideWeights;
        return batch.ImageProjections is not null && _factored.IsLessWork(tokens)
            ? new FactoredImageSide<TSimd, TVector>(weights, _factored, image, batch, tokens, memory, yieldPoint)
            : new DenseImageSide<TSimd, TVector>(weights, _upscaling.First, image, batch.Count, memory, yieldPoint);
    }

    private void SetScores(DecodeBatch batch, Matrix attended, Span<float> predictedIou, Arena memory)
    {
        var scores = _iouPredictionHead.Apply(memory, attended.RowOfEach(memory, _scoreTokens - 1, batch.Count));
        for (var i = 0; i < batch.Count; i++)
        {
            scores.Span(i, MaskTokens).CopyTo(predictedIou[(i * MaskTokens)..]);
        }

        if (IsSam2)
        {
            var scored = predictedIou[..(batch.Count * MaskTokens)];
            TensorPrimitives.Sigmoid(scored, scored);
        }

        if (_objectScoreHead is not null)
        {
            var objects = _objectScoreHead.Apply(memory, attended.RowOfEach(memory, 0, batch.Count));
            batch.ObjectScoreLogits = [.. Enumerable.Range(0, batch.Count).Select(i => objects.Row(i)[0])];
        }
    }

    private void SetLogits(
        DecodeBatch batch,
        IImageSide imageSide,
        HighResFeatures? highRes,
        Matrix attended,
        Span<float> logits,
        ReadOnlySpan<float> predictedIou,
        Arena memory,
        YieldPoint yieldPoint)
    {
        var masks = batch.MaskTokens.Length;
        var outputs = new Matrix?[masks];
        OutputUpscaling<TSimd, TVector>.Buffers? buffers = null;
        for (var i = 0; i < batch.Count; i++)
        {
            var wanted = new Matrix?[masks];
            for (var mask = 0; mask < masks; mask++)
            {
                var token = batch.MaskTokens[mask];
                if (!batch.IsWanted(predictedIou[i * MaskTokens + (int)token]))
                {
                    continue;
                }

                outputs[mask] ??= _hypernetworks[token].Apply(
                    memory, attended.RowOfEach(memory, _scoreTokens + mask, batch.Count));
                wanted[mask] = outputs[mask]!.Value.Part(i, batch.Count);
            }

            // Upscaling is a third of a decode; the scores, known before, may show that no mask is wanted.
            if (wanted.All(output => output is null))
            {
                continue;
            }

            buffers ??= _upscaling.AllocateBuffers(memory);
            var length = masks * batch.PlaneLength;
            UpscaleMasks(
                _upscaling.PackHypernetworks(memory, wanted),
                batch,
                imageSide,
                highRes,
                i,
                buffers.Value,
                logits.Slice(i * length, length),
                yieldPoint);
        }
    }

    private void UpscaleMasks(
        OperandA<Interleaved> hypernetworks,
        DecodeBatch batch,
        IImageSide imageSide,
        HighResFeatures? highRes,
        int prompt,
        OutputUpscaling<TSimd, TVector>.Buffers buffers,
        Span<float> logits,
        YieldPoint yieldPoint)
    {
        fixed (float* target = logits)
        {
            for (var row = 0; row < batch.GridSize[0]; row++)
            {
                yieldPoint.Check();
                _upscaling.Apply(
                    imageSide,
                    prompt,
                    row,
                    highRes,
                    hypernetworks,
                    buffers,
                    (int)batch.GridSize[1],
                    target + row * 4 * batch.LogitColumns,
                    batch.MaskTokens.Length,
                    batch.PlaneLength);
            }
        }
    }
}
