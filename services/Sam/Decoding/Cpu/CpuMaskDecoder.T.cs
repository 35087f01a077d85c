using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Factored;
using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Decoding.Cpu.Tokens;
using Segmentation.Sam.Decoding.Cpu.Upscaling;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Cpu;

/// <summary>
/// The decode graph by our own kernels: the same function, in three passes over the rows of the image's grid. A row's
/// 64 tokens of C channels (64 KB) stay in the nearest caches while everything is done that can be done with them; what
/// ONNX Runtime does in six hundred operators goes through memory at each. Prompts of a batch share what is read once for
/// all their tokens: weights, and layer 0's keys and values. With features of the image, prompts of few tokens keep a hundred
/// numbers of a cell in place of X1 and X2 (<see cref="FactoredImageSide{TSimd, TVector}"/>).
/// <code>
/// points -> tokens; layer 0's tokens; layer 1's queries
/// rows: image attends to tokens (layer 0), norm -> X1; tokens attend to X1 (layer 1)
/// layer 1's tokens; final queries
/// rows: image attends to tokens (layer 1), norm -> X2; tokens attend to X2 (final)
/// scores, wanted masks' hypernetworks
/// wanted rows: upscaling -> logits
/// </code>
/// </summary>
internal sealed unsafe class CpuMaskDecoder<TSimd, TVector> : IMaskDecoder
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int MaskTokens = 4;
    private readonly Arena _memory = new();
    private readonly PromptEncoder _prompts;
    private readonly TwoWayTransformer<TSimd, TVector> _transformer;
    private readonly FactoredWeights<TSimd, TVector> _folded;
    private readonly Linear<TSimd, TVector>[] _scores;
    private readonly Linear<TSimd, TVector>[][] _hypernetworks;
    private readonly OutputUpscaling<TSimd, TVector> _upscaler;

    /// <param name="path">Path of the decode graph.</param>
    /// <param name="mostKept">Of <see cref="FactoredWeights{TSimd, TVector}"/>.</param>
    /// <exception cref="InvalidDataException">The file lacks a weight.</exception>
    public CpuMaskDecoder(string path, double mostKept = 0.75)
    {
        var weights = new DecoderWeights<TSimd, TVector>(new GraphWeights(path), _memory);
        _prompts = new PromptEncoder(
            weights.Read("positional_encoding"), weights.Read("point_embeddings"), weights.Read("output_tokens"));
        _transformer = new TwoWayTransformer<TSimd, TVector>(weights);
        _scores = weights.Perceptron("iou_prediction_head");
        _hypernetworks =
            [.. Enumerable.Range(0, MaskTokens).Select(i => weights.Perceptron($"output_hypernetworks_mlps.{i}"))];
        _upscaler = new OutputUpscaling<TSimd, TVector>(weights);
        const string FirstLayer = OutputUpscaling<TSimd, TVector>.FirstLayer;
        _folded = new FactoredWeights<TSimd, TVector>(
            weights,
            _transformer.ImageSideWeights.Positions,
            weights.Weight(FirstLayer),
            OutputUpscaling<TSimd, TVector>.Bias(weights, FirstLayer),
            mostKept);
    }

    /// <summary>One: every prompt is decoded by itself.</summary>
    public int MinBatch => 1;

    public void Decode(
        PreparedImage image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        Arena memory,
        CancellationToken cancellationToken)
    {
        memory.Reset();
        var yieldPoint = new YieldPoint(batch.OnYield, cancellationToken);
        var prompt = _prompts.Encode(memory, batch);
        var passes = MakePasses(image, batch, prompt.Count / batch.Count - 1, memory, yieldPoint);
        var attended = _transformer.Apply(image, batch, prompt, passes, memory, yieldPoint);
        var scores = MakeOutput(memory, _scores, attended.RowOfEach(memory, 0, batch.Count));
        for (var i = 0; i < batch.Count; i++)
        {
            scores.Span(i, MaskTokens).CopyTo(predictedIou.Span[(i * MaskTokens)..]);
        }

        MakeLogits(batch, passes, attended, logits.Span, predictedIou.Span, memory, yieldPoint);
        GC.KeepAlive(image);
        GC.KeepAlive(memory);
    }

    public AlignedBuffer PrecomputeProjections(PreparedImage image, YieldPoint yieldPoint) => _folded.Image.Prepare(image, yieldPoint);

    public void Dispose()
    {
        // All memory is managed.
    }

    private IImageSide MakePasses(PreparedImage image, DecodeBatch batch, int others, Arena memory, YieldPoint yieldPoint)
    {
        var layers = _transformer.ImageSideWeights;
        return batch.ImageProjections is not null && _folded.IsLessWork(others)
            ? new FactoredImageSide<TSimd, TVector>(layers, _folded, image, batch, others, memory, yieldPoint)
            : new DenseImageSide<TSimd, TVector>(layers, _upscaler, image, batch.Count, memory, yieldPoint);
    }

    private void MakeLogits(
        DecodeBatch batch,
        IImageSide passes,
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
                    continue;

                outputs[mask] ??= MakeOutput(
                    memory, _hypernetworks[token], attended.RowOfEach(memory, 1 + mask, batch.Count));
                wanted[mask] = outputs[mask]!.Value.Part(i, batch.Count);
            }

            // Upscaling is a third of a decode, and the scores, known before, may leave no mask to make.
            if (wanted.All(output => output is null))
                continue;

            buffers ??= _upscaler.TakeBuffers(memory);
            var length = masks * batch.PlaneLength;
            ThirdPass(
                _upscaler.PackHypernetworks(memory, wanted),
                batch,
                passes,
                i,
                buffers.Value,
                logits.Slice(i * length, length),
                yieldPoint);
        }
    }

    private void ThirdPass(
        Matrix hypernetworks,
        DecodeBatch batch,
        IImageSide passes,
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
                _upscaler.Apply(
                    passes,
                    prompt,
                    row,
                    hypernetworks,
                    buffers,
                    (int)batch.GridSize[1],
                    target + row * 4 * batch.LogitColumns,
                    batch.MaskTokens.Length,
                    batch.PlaneLength);
            }
        }
    }

    // Reference: MLP of mask_decoder.py.
    private static Matrix MakeOutput(Arena memory, Linear<TSimd, TVector>[] layers, Matrix tokens)
    {
        var value = tokens;
        foreach (var layer in layers[..^1])
        {
            value = layer.Apply(memory, value);
            TensorPrimitives.Max(value.AsSpan(), 0, value.AsSpan());
        }

        return layers[^1].Apply(memory, value);
    }
}
