using System.Numerics.Tensors;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// The decode graph by our own kernels: the same function, in three passes over the rows of the image's grid. A row's
/// 64 tokens of C channels (64 KB) stay in the nearest caches while everything is done that can be done with them; what
/// ONNX Runtime does in six hundred operators goes through memory at each.
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
            [.. Enumerable.Range(0, 4).Select(i => weights.Perceptron($"output_hypernetworks_mlps.{i}"))];
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
        for (var prompt = 0; prompt < batch.Count; prompt++)
        {
            memory.Reset();
            var length = batch.MaskTokens.Length * batch.PlaneLength;
            DecodePrompt(
                image,
                batch,
                prompt,
                logits.Span.Slice(prompt * length, length),
                predictedIou.Span.Slice(prompt * 4, 4),
                memory,
                cancellationToken);
        }

        GC.KeepAlive(image);
        GC.KeepAlive(memory);
    }

    public AlignedBuffer PrepareFeatures(PreparedImage image) => _upscaler.Folded.Prepare(image);

    public void Dispose()
    {
        // All memory is managed.
    }

    private void DecodePrompt(
        PreparedImage image,
        DecodeBatch batch,
        int index,
        Span<float> logits,
        Span<float> predictedIou,
        Arena memory,
        CancellationToken cancellationToken)
    {
        var prompt = _prompts.Encode(memory, batch, index);
        var x = memory.TakeUncleared(Side * _width, Side);

        // Layer 0: keys, values and queries of the image are prepared.
        var layer = _layers[0];
        var tokens = layer.AttendSelf(memory, prompt, prompt);
        var attended = layer.TokenToImage.AttendPrepared(
            memory, Sum(memory, tokens, prompt), image.Keys, image.Values, cancellationToken);
        tokens = layer.AfterAttending(memory, attended, tokens);
        var toTokens = layer.ImageToToken.Begin(memory, Sum(memory, tokens, prompt), tokens);

        layer = _layers[1];
        tokens = layer.AttendSelf(memory, tokens, prompt);
        var toImage = layer.TokenToImage.Begin(memory, Sum(memory, tokens, prompt));
        var first = toTokens;
        var folded = batch.ImageFeatures is { } features
            ? new FoldedFeatures<TSimd, TVector>(
                memory,
                _upscaler.Folded,
                features,
                (int)batch.GridSize[0],
                (int)batch.GridSize[1],
                first.Values.Count)
            : null;
        FirstPass(image, toTokens, toImage, x, folded, memory, cancellationToken);
        tokens = layer.AfterAttending(memory, layer.TokenToImage.End(memory, toImage), tokens);
        toTokens = layer.ImageToToken.Begin(memory, Sum(memory, tokens, prompt), tokens);

        // The points' own tokens are not read any more, nor are those of masks nobody asked for.
        tokens = Wanted(memory, tokens, batch);
        toImage = _final.Begin(memory, Sum(memory, tokens, Wanted(memory, prompt, batch)));
        SecondPass(toTokens, toImage, x, folded, memory, cancellationToken);
        attended = _final.End(memory, toImage);
        _afterFinal.Apply(attended, tokens);

        MakeOutput(memory, _scores, attended, 0).Span(0, predictedIou.Length).CopyTo(predictedIou);
        var hypernetworks = new Matrix?[batch.MaskTokens.Length];
        for (var i = 0; i < hypernetworks.Length; i++)
        {
            var token = batch.MaskTokens[i];
            if (batch.IsWanted(predictedIou[(int)token]))
                hypernetworks[i] = MakeOutput(memory, _hypernetworks[token], attended, i + 1);
        }

        // Upscaling is a third of a decode, and the scores, known before, may leave no mask to make.
        if (hypernetworks.Any(h => h is not null))
        {
            folded?.Attend(memory, [first, toTokens]);
            ThirdPass(hypernetworks, batch, x, folded, logits, memory, cancellationToken);
        }
    }

    private void FirstPass(
        PreparedImage image,
        ImageAttention<TSimd, TVector> toTokens,
        TokenAttention<TSimd, TVector> toImage,
        Matrix x,
        FoldedFeatures<TSimd, TVector>? folded,
        Arena memory,
        CancellationToken cancellationToken)
    {
        var positioned = _positions.TakeSums(memory);
        for (var row = 0; row < Side; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var to = x.Row(row * _width);
            var queries = new BlockedRow(image.Queries + row * image.QueryRow, Side, BlockWidth);
            toTokens.Add(queries, image.Tokens + row * image.TokenRow, to);
            var moments = folded?.Keep(0, row, toTokens.Shares) ?? default;
            _layers[0].AfterImageToToken.Apply(to, Side, Side, to, Side, moments);
            _positions.Add(to, row, positioned);
            toImage.Add(positioned, to);
        }
    }

    private void SecondPass(
        ImageAttention<TSimd, TVector> toTokens,
        TokenAttention<TSimd, TVector> toImage,
        Matrix x,
        FoldedFeatures<TSimd, TVector>? folded,
        Arena memory,
        CancellationToken cancellationToken)
    {
        var positioned = _positions.TakeSums(memory);

        // Folded features need no image tokens, so a row is given up when it has been attended to.
        var scratch = folded is null ? null : memory.TakeUncleared(_width, Side).Data;
        for (var row = 0; row < Side; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var from = x.Row(row * _width);
            var to = folded is null ? from : scratch;
            _positions.Add(from, row, positioned);
            toTokens.Add(positioned, from, to);
            var moments = folded?.Keep(1, row, toTokens.Shares) ?? default;
            _layers[1].AfterImageToToken.Apply(to, Side, Side, to, Side, moments);
            _positions.Add(to, row, positioned);
            toImage.Add(positioned, to);
        }
    }

    private void ThirdPass(
        Matrix?[] hypernetworks,
        DecodeBatch batch,
        Matrix x,
        FoldedFeatures<TSimd, TVector>? folded,
        Span<float> logits,
        Arena memory,
        CancellationToken cancellationToken)
    {
        var packed = _upscaler.PackHypernetworks(memory, hypernetworks);
        var buffers = _upscaler.TakeBuffers(memory, folded);
        fixed (float* target = logits)
        {
            for (var row = 0; row < batch.GridSize[0]; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _upscaler.Apply(
                    folded,
                    row,
                    x.Row(row * _width),
                    packed,
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
        var wanted = memory.Take(1 + batch.MaskTokens.Length, tokens.Stride);
        tokens.Span(0).CopyTo(wanted.Span(0));
        for (var i = 0; i < batch.MaskTokens.Length; i++)
        {
            tokens.Span(1 + (int)batch.MaskTokens[i]).CopyTo(wanted.Span(1 + i));
        }

        return wanted;
    }

    // Reference: MLP of mask_decoder.py, of one token.
    private static Matrix MakeOutput(Arena memory, TokenLinear<TSimd, TVector>[] layers, Matrix tokens, int token)
    {
        var value = new Matrix(tokens.Row(token), 1, tokens.Stride);
        foreach (var layer in layers[..^1])
        {
            value = layer.Apply(memory, value);
            TensorPrimitives.Max(value.AsSpan(), 0, value.AsSpan());
        }

        return layers[^1].Apply(memory, value);
    }
}
