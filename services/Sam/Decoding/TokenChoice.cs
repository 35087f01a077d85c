using Segmentation.Models.Layouts;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// Choice of output tokens: those that a request needs decoded, and for a single mask the one that is the answer.
/// </summary>
internal sealed class TokenChoice
{
    private const int Single = 0;

    // dynamic_multimask_stability_delta and dynamic_multimask_stability_thresh of the reference.
    private const float StabilityDelta = 0.05f;
    private const float LeastStability = 0.98f;

    private readonly long[] _three;
    private readonly long[] _one;

    /// <param name="layout">The decoder's layout.</param>
    public TokenChoice(DecoderLayout layout)
    {
        long[] three = [.. layout.Tokens.Where(token => token != Single).Select(token => (long)token)];
        var hasSingle = layout.Tokens.Contains(Single);
        _three = three.Length > 0 ? three : [Single];
        _one = hasSingle && (three.Length == 0 || !layout.IsSam2) ? [Single]
            : hasSingle ? [Single, .. three]
            : three;
    }

    /// <summary>Output tokens to decode: ascending.</summary>
    /// <param name="isMultimask">True for three masks, as far as the decoder has them; false for one.</param>
    public long[] Decoded(bool isMultimask) => isMultimask ? _three : _one;

    /// <summary>
    /// Chooses the answer to a request for one mask, as an index into the decoded tokens. Where there are several,
    /// that is the one of the best predicted IoU, but SAM 2's single mask where that is stable
    /// (<c>_dynamic_multimask_via_stability</c>).
    /// </summary>
    /// <param name="logits">The decoded tokens' logits, one plane after the other.</param>
    /// <param name="predictedIou">Predicted IoU of output tokens 0 to 3.</param>
    public int ChooseOne(ReadOnlySpan<float> logits, ReadOnlySpan<float> predictedIou)
    {
        var first = 0;
        if (_one[0] == Single && (_one.Length == 1 || IsStable(logits[..(logits.Length / _one.Length)])))
        {
            return 0;
        }
        else if (_one[0] == Single)
        {
            first = 1;
        }

        var best = first;
        for (var i = first + 1; i < _one.Length; i++)
        {
            best = predictedIou[(int)_one[i]] > predictedIou[(int)_one[best]] ? i : best;
        }

        return best;
    }

    private static bool IsStable(ReadOnlySpan<float> plane)
    {
        var (inside, possible) = (0, 0);
        foreach (var logit in plane)
        {
            inside += logit > StabilityDelta ? 1 : 0;
            possible += logit > -StabilityDelta ? 1 : 0;
        }

        return possible == 0 || (float)inside / possible >= LeastStability;
    }
}
