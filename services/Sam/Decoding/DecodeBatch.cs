using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// Prompts with the same number of points and the same output tokens, for one run of the decoder. A prompt is never
/// padded to the length of another: a padding point is a token like any other, and one more of them changes the answer.
/// </summary>
internal sealed class DecodeBatch
{
    /// <summary>
    /// Largest batch. Weights are read once for all tokens of a batch; larger batches save no further time, and each
    /// prompt takes 6 MB.
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

    /// <summary>Wanted output tokens: 0 is the single mask, 1 to 3 the three.</summary>
    public long[] MaskTokens { get; }

    /// <summary>
    /// Least predicted IoU of wanted masks, exclusive; logits of other masks may be left as they were. Null: all are
    /// wanted.
    /// </summary>
    public float? PredictedIouAbove { get; init; }

    /// <summary>
    /// The image's projections (<see cref="IMaskDecoder.PrecomputeProjections"/>), or null. They change the rounding,
    /// and one in five masks by a pixel, so the same request must use them always or never.
    /// </summary>
    public AlignedBuffer? ImageProjections { get; init; }

    /// <inheritdoc cref="SegmentWorkspace.OnYield"/>
    public Action? OnYield { get; init; }

    /// <summary>Wanted rows and columns of the 64 x 64 grid, from the top-left corner.</summary>
    public long[] GridSize { get; }

    /// <summary>Rows of the logits.</summary>
    public int LogitRows => (int)GridSize[0] * 4;

    /// <summary>Columns of the logits.</summary>
    public int LogitColumns => (int)GridSize[1] * 4;

    /// <summary>Logits of one mask.</summary>
    public int PlaneLength => LogitRows * LogitColumns;

    /// <summary>Logits of the batch.</summary>
    public int LogitsLength => Count * MaskTokens.Length * PlaneLength;

    /// <summary>True if the logits of a mask are wanted.</summary>
    public bool IsWanted(float predictedIou) => PredictedIouAbove is not { } least || predictedIou > least;

    /// <summary>N of a prompt: its points, and either a box's two corners or one padding point.</summary>
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
