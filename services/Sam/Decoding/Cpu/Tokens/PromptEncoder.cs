using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Tokens;

/// <summary>
/// Builds the tokens of prompts. Reference: <c>PromptEncoder._embed_points</c> and <c>PositionEmbeddingRandom</c> of
/// prompt_encoder.py, and the output tokens that <c>MaskDecoder.predict_masks</c> puts before the points.
/// </summary>
/// <param name="frequencies">[2, C/2]: of x, of y.</param>
/// <param name="pointEmbeddings">[5, C]: of labels -1 (padding) to 3.</param>
/// <param name="outputTokens">[5, C]: the IoU token and four mask tokens; of SAM 2 [6, C], see README.md.</param>
internal sealed class PromptEncoder(float[] frequencies, float[] pointEmbeddings, float[] outputTokens)
{
    private readonly int _half = frequencies.Length / 2;

    private int Channels => 2 * _half;

    /// <summary>Builds [prompts T, C]: the output tokens and the points of each prompt.</summary>
    public Matrix Encode(Arena memory, DecodeBatch batch)
    {
        var outputs = outputTokens.Length / Channels;
        var count = outputs + batch.Tokens;
        var tokens = memory.Allocate(batch.Count * count, Channels);
        for (var prompt = 0; prompt < batch.Count; prompt++)
        {
            for (var token = 0; token < outputs; token++)
            {
                outputTokens.AsSpan(token * Channels, Channels).CopyTo(tokens.Span(prompt * count + token));
            }

            for (var i = 0; i < batch.Tokens; i++)
            {
                EncodePoint(
                    batch, prompt * batch.Tokens + i, tokens.Span(prompt * count + outputs + i, Channels));
            }
        }

        return tokens;
    }

    private void EncodePoint(DecodeBatch batch, int point, Span<float> encoding)
    {
        // A label is -1 (padding), 0, 1, 2 or 3; the padding point has no position.
        var label = (int)batch.Labels[point];
        if (label >= 0)
        {
            EncodePosition(batch.Coordinates[2 * point], batch.Coordinates[2 * point + 1], encoding);
        }

        for (var channel = 0; channel < Channels; channel++)
        {
            encoding[channel] += pointEmbeddings[(label + 1) * Channels + channel];
        }
    }

    // Sine and cosine of 2 pi times (x, y) in [-1, 1] times random frequencies.
    private void EncodePosition(float x, float y, Span<float> encoding)
    {
        const double Scale = 2.0 / ImageGeometry.ModelSide;
        for (var i = 0; i < _half; i++)
        {
            var angle = 2 * Math.PI
                * (((x + 0.5) * Scale - 1) * frequencies[i] + ((y + 0.5) * Scale - 1) * frequencies[_half + i]);
            (encoding[i], encoding[_half + i]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
        }
    }
}
