using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// The reference's <c>TwoWayTransformer</c> for a batch of prompts: the first two passes over the rows of the image's grid,
/// and what is done with tokens before, between and after them.
/// </summary>
internal sealed unsafe class TwoWayTransformer<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly int _width;
    private readonly GridPositions<TSimd, TVector> _positions;
    private readonly TwoWayLayer<TSimd, TVector>[] _layers;
    private readonly TokenToImage<TSimd, TVector> _final;
    private readonly RowNorm _afterFinal;

    public TwoWayTransformer(DecoderWeights<TSimd, TVector> weights)
    {
        _width = weights.Width;
        _positions = new GridPositions<TSimd, TVector>(weights.Memory, weights.Read("positional_encoding"));
        _layers = [new(weights, 0), new(weights, 1)];
        _final = new TokenToImage<TSimd, TVector>(
            weights, "transformer.final_attn_token_to_image", isPrepared: false);
        _afterFinal = weights.Norm("transformer.norm_final_attn");
    }

    private static int BlockWidth => ColumnBlock<TSimd, TVector>.Width;

    /// <summary>Both layers and the final attention.</summary>
    /// <param name="image">The image.</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="prompt">Their tokens, [prompts T, C].</param>
    /// <param name="folding">Weights of the first upscaling layer, where the batch has features of the image.</param>
    /// <param name="memory">Holds the result.</param>
    /// <param name="gate">Passed between rows, and between what is done for all tokens.</param>
    /// <returns>
    /// Tokens of the score and of the wanted masks, [prompts (1 + masks), C], and what upscaling needs of each prompt.
    /// </returns>
    public (Matrix Tokens, PromptPasses<TSimd, TVector>[] Prompts) Apply(
        PreparedImage image,
        DecodeBatch batch,
        Matrix prompt,
        FoldedUpscaling<TSimd, TVector> folding,
        Arena memory,
        RowGate gate)
    {
        var count = batch.Count;
        var prompts = new PromptPasses<TSimd, TVector>[count];

        // Layer 0: keys, values and queries of the image are prepared.
        var layer = _layers[0];
        var tokens = layer.AttendSelf(memory, prompt, prompt, count);
        var attended = layer.TokenToImage.AttendPrepared(
            memory, Sum(memory, tokens, prompt), image.Keys, image.Values, gate);
        gate.Pass();
        tokens = layer.AfterAttending(memory, attended, tokens);
        gate.Pass();
        var first = layer.ImageToToken.Begin(memory, Sum(memory, tokens, prompt), tokens, count);

        gate.Pass();
        layer = _layers[1];
        tokens = layer.AttendSelf(memory, tokens, prompt, count);
        var toImage = layer.TokenToImage.Begin(memory, Sum(memory, tokens, prompt), count);
        var positioned = _positions.TakeSums(memory);
        for (var i = 0; i < count; i++)
        {
            var tokensOfImage = memory.TakeUncleared(Side * _width, Side);
            prompts[i] = new(tokensOfImage, first[i], Fold(memory, folding, batch, first[i]));
            FirstPass(image, prompts[i], toImage[i], positioned, gate);
        }

        attended = layer.TokenToImage.End(memory, toImage);
        gate.Pass();
        tokens = layer.AfterAttending(memory, attended, tokens);
        gate.Pass();
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
        return (attended, prompts);
    }

    private static FoldedFeatures<TSimd, TVector>? Fold(
        Arena memory,
        FoldedUpscaling<TSimd, TVector> folding,
        DecodeBatch batch,
        ImageAttention<TSimd, TVector> attention) =>
        batch.ImageFeatures is { } features
            ? new(
                memory,
                folding,
                features,
                (int)batch.GridSize[0],
                (int)batch.GridSize[1],
                attention.Values.Count)
            : null;

    private void FirstPass(
        PreparedImage image,
        PromptPasses<TSimd, TVector> prompt,
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
        PromptPasses<TSimd, TVector> prompt,
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
}
