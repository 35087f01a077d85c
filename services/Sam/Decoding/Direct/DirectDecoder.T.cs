using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Direct.Folded;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// The decode graph by our own kernels: the same function, in three passes over the rows of the image's grid. A row's
/// 64 tokens of C channels (64 KB) stay in the nearest caches while everything is done that can be done with them; what
/// ONNX Runtime does in six hundred operators goes through memory at each. Prompts of a batch share what is read once for
/// all their tokens: weights, and layer 0's keys and values. With features of the image, prompts of few tokens keep a hundred
/// numbers of a cell in place of X1 and X2 (<see cref="FoldedPasses{TSimd, TVector}"/>).
/// <code>
/// points -> tokens; layer 0's tokens; layer 1's queries
/// rows: image attends to tokens (layer 0), norm -> X1; tokens attend to X1 (layer 1)
/// layer 1's tokens; final queries
/// rows: image attends to tokens (layer 1), norm -> X2; tokens attend to X2 (final)
/// scores, wanted masks' hypernetworks
/// wanted rows: upscaling -> logits
/// </code>
/// </summary>
internal sealed unsafe class DirectDecoder<TSimd, TVector> : IPromptDecoder
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int MaskTokens = 4;
    private readonly Arena _memory = new();
    private readonly PromptEncoder _prompts;
    private readonly TwoWayTransformer<TSimd, TVector> _transformer;
    private readonly FoldedWeights<TSimd, TVector> _folded;
    private readonly TokenLinear<TSimd, TVector>[] _scores;
    private readonly TokenLinear<TSimd, TVector>[][] _hypernetworks;
    private readonly Upscaler<TSimd, TVector> _upscaler;

    /// <param name="path">Path of the decode graph.</param>
    /// <param name="mostKept">Of <see cref="FoldedWeights{TSimd, TVector}"/>.</param>
    /// <exception cref="InvalidDataException">The file lacks a weight.</exception>
    public DirectDecoder(string path, double mostKept = 0.75)
    {
        var weights = new DecoderWeights<TSimd, TVector>(new GraphWeights(path), _memory);
        _prompts = new PromptEncoder(
            weights.Read("positional_encoding"), weights.Read("point_embeddings"), weights.Read("output_tokens"));
        _transformer = new TwoWayTransformer<TSimd, TVector>(weights);
        _scores = weights.Perceptron("iou_prediction_head");
        _hypernetworks =
            [.. Enumerable.Range(0, MaskTokens).Select(i => weights.Perceptron($"output_hypernetworks_mlps.{i}"))];
        _upscaler = new Upscaler<TSimd, TVector>(weights);
        const string FirstLayer = Upscaler<TSimd, TVector>.FirstLayer;
        _folded = new FoldedWeights<TSimd, TVector>(
            weights,
            _transformer.ImageLayers.Positions,
            weights.Weight(FirstLayer),
            Upscaler<TSimd, TVector>.Bias(weights, FirstLayer),
            mostKept);
    }

    /// <summary>One: every prompt is decoded by itself.</summary>
    public int LeastPrompts => 1;

    public void Decode(
        PreparedImage image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        Arena memory,
        CancellationToken cancellationToken)
    {
        memory.Reset();
        var gate = new RowGate(batch.BetweenRows, cancellationToken);
        var prompt = _prompts.Encode(memory, batch);
        var passes = MakePasses(image, batch, prompt.Count / batch.Count - 1, memory, gate);
        var attended = _transformer.Apply(image, batch, prompt, passes, memory, gate);
        var scores = MakeOutput(memory, _scores, attended.RowOfEach(memory, 0, batch.Count));
        for (var i = 0; i < batch.Count; i++)
        {
            scores.Span(i, MaskTokens).CopyTo(predictedIou.Span[(i * MaskTokens)..]);
        }

        MakeLogits(batch, passes, attended, logits.Span, predictedIou.Span, memory, gate);
        GC.KeepAlive(image);
        GC.KeepAlive(memory);
    }

    public AlignedBuffer PrepareFeatures(PreparedImage image, RowGate gate) => _folded.Image.Prepare(image, gate);

    public void Dispose()
    {
        // All memory is managed.
    }

    private IImagePasses MakePasses(PreparedImage image, DecodeBatch batch, int others, Arena memory, RowGate gate)
    {
        var layers = _transformer.ImageLayers;
        return batch.ImageFeatures is not null && _folded.IsLessWork(others)
            ? new FoldedPasses<TSimd, TVector>(layers, _folded, image, batch, others, memory, gate)
            : new TokenPasses<TSimd, TVector>(layers, _upscaler, image, batch.Count, memory, gate);
    }

    private void MakeLogits(
        DecodeBatch batch,
        IImagePasses passes,
        Matrix attended,
        Span<float> logits,
        ReadOnlySpan<float> predictedIou,
        Arena memory,
        RowGate gate)
    {
        var masks = batch.MaskTokens.Length;
        var outputs = new Matrix?[masks];
        Upscaler<TSimd, TVector>.Buffers? buffers = null;
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
                gate);
        }
    }

    private void ThirdPass(
        Matrix hypernetworks,
        DecodeBatch batch,
        IImagePasses passes,
        int prompt,
        Upscaler<TSimd, TVector>.Buffers buffers,
        Span<float> logits,
        RowGate gate)
    {
        fixed (float* target = logits)
        {
            for (var row = 0; row < batch.GridSize[0]; row++)
            {
                gate.Pass();
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
    private static Matrix MakeOutput(Arena memory, TokenLinear<TSimd, TVector>[] layers, Matrix tokens)
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
