using System.Numerics.Tensors;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// The decode graph by our own kernels: the same function, in three passes over the rows of the image's grid. A row's
/// 64 tokens of C channels (64 KB) stay in the nearest caches while everything is done that can be done with them; what
/// ONNX Runtime does in six hundred operators goes through memory at each. Prompts of a batch share what is read once for
/// all their tokens: weights, and layer 0's keys and values.
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
    private const int Side = ImageGeometry.GridSide;
    private const int MaskTokens = 4;
    private readonly Arena _memory = new();
    private readonly int _width;
    private readonly PromptEncoder _prompts;
    private readonly GridPositions<TSimd, TVector> _positions;
    private readonly TwoWayLayer<TSimd, TVector>[] _layers;
    private readonly TokenToImage<TSimd, TVector> _final;
    private readonly RowNorm _afterFinal;
    private readonly TokenLinear<TSimd, TVector>[] _scores;
    private readonly TokenLinear<TSimd, TVector>[][] _hypernetworks;
    private readonly Upscaler<TSimd, TVector> _upscaler;

    /// <param name="path">Path of the decode graph.</param>
    /// <exception cref="InvalidDataException">The file lacks a weight.</exception>
    public DirectDecoder(string path)
    {
        var weights = new DecoderWeights<TSimd, TVector>(new GraphWeights(path), _memory);
        _width = weights.Width;
        _prompts = new PromptEncoder(
            weights.Read("positional_encoding"), weights.Read("point_embeddings"), weights.Read("output_tokens"));
        _positions = new GridPositions<TSimd, TVector>(_memory, weights.Read("positional_encoding"));
        _layers = [new(weights, 0), new(weights, 1)];
        _final = new TokenToImage<TSimd, TVector>(
            weights, "transformer.final_attn_token_to_image", isPrepared: false);
        _afterFinal = weights.Norm("transformer.norm_final_attn");
        _scores = weights.Perceptron("iou_prediction_head");
        _hypernetworks =
            [.. Enumerable.Range(0, MaskTokens).Select(i => weights.Perceptron($"output_hypernetworks_mlps.{i}"))];
        _upscaler = new Upscaler<TSimd, TVector>(weights);
    }

    private static int BlockWidth => ColumnBlock<TSimd, TVector>.Width;

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
        var prompts = new PromptPasses[batch.Count];
        var attended = Attend(image, batch, prompts, memory, gate);
        var scores = MakeOutput(memory, _scores, attended.RowOfEach(memory, 0, batch.Count));
        for (var i = 0; i < batch.Count; i++)
        {
            scores.Span(i, MaskTokens).CopyTo(predictedIou.Span[(i * MaskTokens)..]);
        }

        MakeLogits(batch, prompts, attended, logits.Span, predictedIou.Span, memory, gate);
        GC.KeepAlive(image);
        GC.KeepAlive(memory);
    }

    public AlignedBuffer PrepareFeatures(PreparedImage image) => _upscaler.Folded.Prepare(image);

    public void Dispose()
    {
        // All memory is managed.
    }

    // The transformer: tokens of the score and of the wanted masks, [prompts (1 + masks), C].
    private Matrix Attend(
        PreparedImage image,
        DecodeBatch batch,
        PromptPasses[] prompts,
        Arena memory,
        RowGate gate)
    {
        var count = prompts.Length;
        var prompt = _prompts.Encode(memory, batch);

        // Layer 0: keys, values and queries of the image are prepared.
        var layer = _layers[0];
        var tokens = layer.AttendSelf(memory, prompt, prompt, count);
        var attended = layer.TokenToImage.AttendPrepared(
            memory, Sum(memory, tokens, prompt), image.Keys, image.Values, gate);
        tokens = layer.AfterAttending(memory, attended, tokens);
        var first = layer.ImageToToken.Begin(memory, Sum(memory, tokens, prompt), tokens, count);

        layer = _layers[1];
        tokens = layer.AttendSelf(memory, tokens, prompt, count);
        var toImage = layer.TokenToImage.Begin(memory, Sum(memory, tokens, prompt), count);
        var positioned = _positions.TakeSums(memory);
        for (var i = 0; i < count; i++)
        {
            prompts[i] = new(memory.TakeUncleared(Side * _width, Side), first[i], Fold(memory, batch, first[i]));
            FirstPass(image, prompts[i], toImage[i], positioned, gate);
        }

        tokens = layer.AfterAttending(memory, layer.TokenToImage.End(memory, toImage), tokens);
        var second = layer.ImageToToken.Begin(memory, Sum(memory, tokens, prompt), tokens, count);

        // The points' own tokens are not read any more, nor are those of masks nobody asked for.
        tokens = Wanted(memory, tokens, batch);
        toImage = _final.Begin(memory, Sum(memory, tokens, Wanted(memory, prompt, batch)), count);
        var scratch = memory.TakeUncleared(_width, Side);
        for (var i = 0; i < count; i++)
        {
            prompts[i].Second = second[i];
            SecondPass(prompts[i], toImage[i], positioned, scratch, gate);
        }

        attended = _final.End(memory, toImage);
        _afterFinal.Apply(attended, tokens);
        return attended;
    }

    private FoldedFeatures<TSimd, TVector>? Fold(
        Arena memory, DecodeBatch batch, ImageAttention<TSimd, TVector> attention) =>
        batch.ImageFeatures is { } features
            ? new(
                memory,
                _upscaler.Folded,
                features,
                (int)batch.GridSize[0],
                (int)batch.GridSize[1],
                attention.Values.Count)
            : null;

    private void FirstPass(
        PreparedImage image,
        PromptPasses prompt,
        TokenAttention<TSimd, TVector> toImage,
        BlockedRow positioned,
        RowGate gate)
    {
        for (var row = 0; row < Side; row++)
        {
            gate.Pass();
            var to = prompt.Tokens.Row(row * _width);
            var queries = new BlockedRow(image.Queries + row * image.QueryRow, Side, BlockWidth);
            prompt.First.Add(queries, image.Tokens + row * image.TokenRow, to);
            var moments = prompt.Folded?.Keep(0, row, prompt.First.Shares) ?? default;
            _layers[0].AfterImageToToken.Apply(to, Side, Side, to, Side, moments);
            _positions.Add(to, row, positioned);
            toImage.Add(positioned, to);
        }
    }

    private void SecondPass(
        PromptPasses prompt,
        TokenAttention<TSimd, TVector> toImage,
        BlockedRow positioned,
        Matrix scratch,
        RowGate gate)
    {
        for (var row = 0; row < Side; row++)
        {
            gate.Pass();
            var from = prompt.Tokens.Row(row * _width);

            // Folded features need no image tokens, so a row is given up when it has been attended to.
            var to = prompt.Folded is null ? from : scratch.Data;
            _positions.Add(from, row, positioned);
            prompt.Second!.Add(positioned, from, to);
            var moments = prompt.Folded?.Keep(1, row, prompt.Second.Shares) ?? default;
            _layers[1].AfterImageToToken.Apply(to, Side, Side, to, Side, moments);
            _positions.Add(to, row, positioned);
            toImage.Add(positioned, to);
        }
    }

    private void MakeLogits(
        DecodeBatch batch,
        PromptPasses[] prompts,
        Matrix attended,
        Span<float> logits,
        ReadOnlySpan<float> predictedIou,
        Arena memory,
        RowGate gate)
    {
        var masks = batch.MaskTokens.Length;
        var outputs = new Matrix?[masks];
        Upscaler<TSimd, TVector>.Buffers? buffers = null;
        for (var i = 0; i < prompts.Length; i++)
        {
            var wanted = new Matrix?[masks];
            for (var mask = 0; mask < masks; mask++)
            {
                var token = batch.MaskTokens[mask];
                if (!batch.IsWanted(predictedIou[i * MaskTokens + (int)token]))
                    continue;

                outputs[mask] ??= MakeOutput(
                    memory, _hypernetworks[token], attended.RowOfEach(memory, 1 + mask, prompts.Length));
                wanted[mask] = outputs[mask]!.Value.Part(i, prompts.Length);
            }

            // Upscaling is a third of a decode, and the scores, known before, may leave no mask to make.
            if (wanted.All(output => output is null))
                continue;

            buffers ??= _upscaler.TakeBuffers(memory, prompts[i].Folded);
            prompts[i].Folded?.Attend(memory, [prompts[i].First, prompts[i].Second!]);
            var length = masks * batch.PlaneLength;
            ThirdPass(
                _upscaler.PackHypernetworks(memory, wanted),
                batch,
                prompts[i],
                buffers.Value,
                logits.Slice(i * length, length),
                gate);
        }
    }

    private void ThirdPass(
        Matrix hypernetworks,
        DecodeBatch batch,
        PromptPasses prompt,
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
                    prompt.Folded,
                    row,
                    prompt.Tokens.Row(row * _width),
                    hypernetworks,
                    buffers,
                    (int)batch.GridSize[1],
                    target + row * 4 * batch.LogitColumns,
                    batch.MaskTokens.Length,
                    batch.PlaneLength);
            }
        }
    }

    private static Matrix Sum(Arena memory, Matrix a, Matrix b) => TwoWayLayer<TSimd, TVector>.Sum(memory, a, b);

    // The score's token and those of the wanted masks.
    private static Matrix Wanted(Arena memory, Matrix tokens, DecodeBatch batch)
    {
        var count = 1 + batch.MaskTokens.Length;
        var wanted = memory.Take(batch.Count * count, tokens.Stride);
        for (var prompt = 0; prompt < batch.Count; prompt++)
        {
            var from = tokens.Part(prompt, batch.Count);
            from.Span(0).CopyTo(wanted.Span(prompt * count));
            for (var i = 1; i < count; i++)
            {
                from.Span(1 + (int)batch.MaskTokens[i - 1]).CopyTo(wanted.Span(prompt * count + i));
            }
        }

        return wanted;
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

    // A prompt's image tokens, and what the passes over them need and leave.
    private sealed class PromptPasses(
        Matrix tokens, ImageAttention<TSimd, TVector> first, FoldedFeatures<TSimd, TVector>? folded)
    {
        // [64, C, 64]
        public Matrix Tokens => tokens;

        public ImageAttention<TSimd, TVector> First => first;

        public ImageAttention<TSimd, TVector>? Second { get; set; }

        public FoldedFeatures<TSimd, TVector>? Folded => folded;
    }
}
