using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Tests;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.Sam.Tests.Decoding.Cpu.Reference;

/// <summary>
/// The prompt encoder and the mask decoder of the reference (prompt_encoder.py, transformer.py, mask_decoder.py; those
/// of SAM 2 where the weights are SAM 2's) from their formulas, in double and for one prompt: nothing is folded, shared
/// or left out.
/// </summary>
internal sealed class ReferenceDecoder(PublishedDecoderWeights weights)
{
    private const int Grid = 64;
    private const int Side = 1024;
    private const double TransformerEpsilon = 1e-5;
    private const double ChannelEpsilon = 1e-6;

    private Rows Positions { get; } = Encode(
        weights,
        Enumerable.Range(0, Grid * Grid).Select(cell =>
            (((cell % Grid) + 0.5) / Grid * Side, ((cell / Grid) + 0.5) / Grid * Side)));

    /// <summary>Logits [4, 256, 256], scores [4] and, of SAM 2, the object score logit.</summary>
    /// <param name="embedding">
    /// [C, 64, 64]; of SAM 2 followed by its high-resolution features, [C/8, 256, 256] and [C/4, 128, 128].
    /// </param>
    /// <param name="prompt">At least one point.</param>
    /// <param name="mask">[256, 256] logits of a mask prompt, or null.</param>
    public (double[] Logits, double[] Scores, double? ObjectScore) Decode(
        float[] embedding, PromptPoints prompt, float[]? mask)
    {
        var dense = mask is null ? null : Downscale(mask);
        var image = new Rows([.. Enumerable.Range(0, Grid * Grid).Select(cell => Enumerable.Range(0, weights.Width)
            .Select(channel => embedding[(channel * Grid * Grid) + cell]
                + (dense is null ? weights.NoMask.Values[channel] : dense[cell][channel])).ToArray())]);
        var tokens = Embed(prompt);
        (tokens, image) = Transform(tokens, image);
        var first = weights.IsSam2 ? 1 : 0;
        var scores = Mlp(weights.Heads[0], tokens.Take([first]))[0];
        double? objectScore = null;
        if (weights.ObjectScoreHead is { } head)
        {
            scores = Array.ConvertAll(scores, score => 1 / (1 + Math.Exp(-score)));
            objectScore = Mlp(head, tokens.Take([0]))[0][0];
        }

        var planes = Upscale(image, embedding.AsSpan(weights.Width * Grid * Grid));
        var logits = new double[4 * planes.Count];
        for (var token = 0; token < 4; token++)
        {
            var hypernetwork = Mlp(weights.Heads[1 + token], tokens.Take([first + 1 + token]))[0];
            for (var pixel = 0; pixel < planes.Count; pixel++)
            {
                logits[(token * planes.Count) + pixel] = planes[pixel].Zip(hypernetwork, (a, b) => a * b).Sum();
            }
        }

        return (logits, scores, objectScore);
    }

    private Rows Embed(PromptPoints prompt)
    {
        var points = Enumerable.Range(0, prompt.Labels.Length)
            .Select(i => (prompt.Coordinates[2 * i] + 0.5, prompt.Coordinates[(2 * i) + 1] + 0.5));
        var encoded = Encode(weights, points).Map((value, point, channel) =>
        {
            var label = (int)prompt.Labels[point];
            return (label < 0 ? 0 : value) + weights.PointEmbeddings.Values[((label + 1) * weights.Width) + channel];
        });
        var output = Rows.Of(weights.OutputTokens);
        return new([
            .. Enumerable.Range(0, output.Count).Select(row => output[row]),
            .. Enumerable.Range(0, encoded.Count).Select(row => encoded[row])]);
    }

    // Sine and cosine of 2 pi times the point in [-1, 1] times random frequencies.
    private static Rows Encode(PublishedDecoderWeights weights, IEnumerable<(double X, double Y)> points)
    {
        var half = weights.Width / 2;
        return new([.. points.Select(point =>
        {
            var angles = Enumerable.Range(0, half).Select(i => 2 * Math.PI
                * ((((2 * point.X / Side) - 1) * weights.Frequencies.Values[i])
                    + (((2 * point.Y / Side) - 1) * weights.Frequencies.Values[half + i]))).ToArray();
            return angles.Select(Math.Sin).Concat(angles.Select(Math.Cos)).ToArray();
        })]);
    }

    private (Rows Tokens, Rows Image) Transform(Rows prompt, Rows image)
    {
        var tokens = prompt;
        for (var i = 0; i < weights.Layers.Count; i++)
        {
            var layer = weights.Layers[i];
            var queries = i == 0 ? tokens : tokens + prompt;
            var attended = Attend(layer.SelfAttention, queries, queries, tokens);
            tokens = (i == 0 ? attended : tokens + attended).Normalise(layer.Norm1, TransformerEpsilon);
            tokens = (tokens + Attend(layer.TokenToImage, tokens + prompt, image + Positions, image))
                .Normalise(layer.Norm2, TransformerEpsilon);
            tokens = (tokens + tokens.Through(layer.MlpLin1).Relu().Through(layer.MlpLin2))
                .Normalise(layer.Norm3, TransformerEpsilon);
            image = (image + Attend(layer.ImageToToken, image + Positions, tokens + prompt, tokens))
                .Normalise(layer.Norm4, TransformerEpsilon);
        }

        var final = Attend(weights.FinalAttention, tokens + prompt, image + Positions, image);
        return ((tokens + final).Normalise(weights.NormFinal, TransformerEpsilon), image);
    }

    private static Rows Attend(Attention attention, Rows queries, Rows keys, Rows values)
    {
        var (q, k, v) = (
            queries.Through(attention.Query), keys.Through(attention.Key), values.Through(attention.Value));
        var size = attention.HeadSize;
        return Rows.SideBySide([.. Enumerable.Range(0, Attention.Heads).Select(head =>
            Rows.Attend(q.Columns(head * size, size), k.Columns(head * size, size), v.Columns(head * size, size)))])
            .Through(attention.Output);
    }

    private static Rows Mlp(LinearGraph[] layers, Rows value) =>
        layers[..^1].Aggregate(value, (rows, layer) => rows.Through(layer).Relu()).Through(layers[^1]);

    // Two transposed convolutions: [4096, C] to [65536, C/8]. SAM 2 adds features after each.
    private Rows Upscale(Rows image, ReadOnlySpan<float> highRes)
    {
        var first = Transpose(image, weights.Upscale0, Grid);
        if (weights.IsSam2)
        {
            first += Planes(highRes[^(weights.UpscaleNorm.Scale.Rows * first.Count)..], first.Count);
        }

        var second = Transpose(first.Normalise(weights.UpscaleNorm, ChannelEpsilon).Gelu(), weights.Upscale1, 2 * Grid);
        if (weights.IsSam2)
        {
            second += Planes(highRes[..(weights.Upscale1.Bias.Rows * second.Count)], second.Count);
        }

        return second.Gelu();
    }

    // [channels, pixels] to rows of pixels.
    private static Rows Planes(ReadOnlySpan<float> values, int pixels)
    {
        var rows = new double[pixels][];
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            rows[pixel] = new double[values.Length / pixels];
            for (var channel = 0; channel < rows[pixel].Length; channel++)
            {
                rows[pixel][channel] = values[(channel * pixels) + pixel];
            }
        }

        return new(rows);
    }

    // A transposed convolution of size and stride 2: every pixel gives a square of four. Weight [in, out, 2, 2].
    private static Rows Transpose(Rows pixels, LinearGraph convolution, int side)
    {
        var outputs = convolution.Bias.Rows;
        var result = new double[4 * pixels.Count][];
        for (var pixel = 0; pixel < pixels.Count; pixel++)
        {
            for (var part = 0; part < 4; part++)
            {
                var (y, x) = ((2 * (pixel / side)) + (part / 2), (2 * (pixel % side)) + (part % 2));
                result[(y * 2 * side) + x] = [.. Enumerable.Range(0, outputs).Select(output =>
                    convolution.Bias.Values[output] + pixels[pixel]
                        .Select((value, input) => value * convolution.Weight.Values[(((input * outputs) + output) * 4) + part])
                        .Sum())];
            }
        }

        return new(result);
    }

    // Reference: mask_downscaling. Two convolutions of size and stride 2, and one of size 1.
    private Rows Downscale(float[] mask)
    {
        var downscaling = weights.MaskDownscaling;
        var pixels = new Rows([.. mask.Select(value => new double[] { value })]);
        var first = Convolve(pixels, downscaling.Conv0, downscaling.Bias0, 4 * Grid)
            .Normalise(downscaling.Norm0, ChannelEpsilon).Gelu();
        return Convolve(first, downscaling.Conv1, downscaling.Bias1, 2 * Grid)
            .Normalise(downscaling.Norm1, ChannelEpsilon).Gelu().Through(downscaling.Out);
    }

    // Weight [out, in, 2, 2].
    private static Rows Convolve(Rows pixels, Tensor kernel, Tensor bias, int side)
    {
        var inputs = kernel.Shape[1];
        return new([.. Enumerable.Range(0, pixels.Count / 4).Select(cell =>
        {
            var (y, x) = (cell / (side / 2), cell % (side / 2));
            return Enumerable.Range(0, kernel.Rows).Select(output =>
            {
                double sum = bias.Values[output];
                for (var i = 0; i < 4 * inputs; i++)
                {
                    var (input, part) = (i / 4, i % 4);
                    var pixel = (((2 * y) + (part / 2)) * side) + (2 * x) + (part % 2);
                    sum += pixels[pixel][input] * kernel.Values[(output * inputs * 4) + i];
                }

                return sum;
            }).ToArray();
        })]);
    }
}
