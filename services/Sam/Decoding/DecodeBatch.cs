using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// Prompts with as many tokens each and the same output, for one run of the decode graph. A prompt is never padded
/// to the length of another: a padding point is a token like any other, and one more of them is another answer.
/// </summary>
internal sealed class DecodeBatch
{
    /// <summary>
    /// Prompts of a run share what is read once for all their tokens: 4 take a twelfth less time than each alone. More give
    /// nothing further, and every one takes 6 MB.
    /// </summary>
    public const int MaxPrompts = 4;

    private const float PaddingLabel = -1;
    private const float BoxTopLeftLabel = 2;
    private const float BoxBottomRightLabel = 3;
    private static readonly long[] _single = [0];
    private static readonly long[] _multi = [1, 2, 3];

    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="prompts">1 to 4 prompts of the same <see cref="TokenCount"/>.</param>
    /// <param name="multimask">Output tokens 1 to 3, or token 0.</param>
    /// <param name="wholeSquare">Logits of the padded part too.</param>
    public DecodeBatch(ImageGeometry geometry, IReadOnlyList<Prompt> prompts, bool multimask, bool wholeSquare)
        : this(geometry, prompts, multimask ? _multi : _single, wholeSquare)
    {
    }

    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="prompts">1 to 4 prompts of the same <see cref="TokenCount"/>.</param>
    /// <param name="maskTokens">Distinct output tokens, 0 to 3.</param>
    /// <param name="wholeSquare">Logits of the padded part too.</param>
    public DecodeBatch(ImageGeometry geometry, IReadOnlyList<Prompt> prompts, long[] maskTokens, bool wholeSquare)
    {
        Count = prompts.Count;
        Tokens = TokenCount(prompts[0]);
        MaskTokens = maskTokens;
        GridSize = wholeSquare
            ? [ImageGeometry.GridSide, ImageGeometry.GridSide]
            : [geometry.GridRows, geometry.GridColumns];
        Coordinates = new float[Count * Tokens * 2];
        Labels = new float[Count * Tokens];
        var token = 0;
        foreach (var prompt in prompts)
        {
            token = Add(geometry, prompt, token);
        }
    }

    /// <summary>Prompts in the batch.</summary>
    public int Count { get; }

    /// <summary>Points a prompt, padding and box corners included.</summary>
    public int Tokens { get; }

    /// <summary>[Count, Tokens, 2], pixels of the model's square.</summary>
    public float[] Coordinates { get; }

    /// <summary>[Count, Tokens].</summary>
    public float[] Labels { get; }

    /// <summary>Output tokens wanted.</summary>
    public long[] MaskTokens { get; }

    /// <summary>
    /// Only masks with a predicted IoU above this are wanted; others' logits may be left as they were. All, if null.
    /// </summary>
    public float? PredictedIouAbove { get; init; }

    /// <summary>
    /// <see cref="IMaskDecoder.PrecomputeProjections"/> of the image; makes no difference to the answer but in rounding, and a
    /// fifth of masks has another pixel for it. So whoever asks has to have them always or never for the same request.
    /// </summary>
    public AlignedBuffer? ImageProjections { get; init; }

    /// <inheritdoc cref="SegmentWorkspace.OnYield"/>
    public Action? OnYield { get; init; }

    /// <summary>Rows and columns of the 64 x 64 grid wanted.</summary>
    public long[] GridSize { get; }

    /// <summary>Rows of the logits.</summary>
    public int LogitRows => (int)GridSize[0] * 4;

    /// <summary>Columns of the logits.</summary>
    public int LogitColumns => (int)GridSize[1] * 4;

    /// <summary>Logits of one mask.</summary>
    public int PlaneLength => LogitRows * LogitColumns;

    /// <summary>Logits of the batch.</summary>
    public int LogitsLength => Count * MaskTokens.Length * PlaneLength;

    /// <summary>Whether a mask's logits are wanted.</summary>
    public bool IsWanted(float predictedIou) => PredictedIouAbove is not { } least || predictedIou > least;

    /// <summary>Tokens of a prompt: its points, and either a box's two corners or one padding point.</summary>
    public static int TokenCount(Prompt prompt) => prompt.Points.Count + (prompt.Box is null ? 1 : 2);

    private int Add(ImageGeometry geometry, Prompt prompt, int token)
    {
        foreach (var point in prompt.Points)
        {
            Set(token++, geometry.ToModelX(point.X), geometry.ToModelY(point.Y), (float)point.Label);
        }

        if (prompt.Box is not { } box)
        {
            Set(token++, 0, 0, PaddingLabel);
            return token;
        }

        Set(token++, geometry.ToModelX(box.XMin), geometry.ToModelY(box.YMin), BoxTopLeftLabel);
        Set(token++, geometry.ToModelX(box.XMax), geometry.ToModelY(box.YMax), BoxBottomRightLabel);
        return token;
    }

    private void Set(int token, float x, float y, float label)
    {
        Coordinates[2 * token] = x;
        Coordinates[2 * token + 1] = y;
        Labels[token] = label;
    }
}
