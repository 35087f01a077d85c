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
    /// <param name="order">The model's order of points.</param>
    public DecodeBatch(
        ImageGeometry geometry,
        IReadOnlyList<Prompt> prompts,
        bool multimask,
        bool wholeSquare,
        PromptOrder order = PromptOrder.PointsFirst)
        : this(geometry, prompts, multimask ? _multi : _single, wholeSquare, order)
    {
    }

    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="prompts">1 to 4 prompts of the same <see cref="TokenCount"/>.</param>
    /// <param name="maskTokens">Distinct output tokens, 0 to 3.</param>
    /// <param name="wholeSquare">Logits of the padded part too.</param>
    /// <param name="order">The model's order of points.</param>
    public DecodeBatch(
        ImageGeometry geometry,
        IReadOnlyList<Prompt> prompts,
        long[] maskTokens,
        bool wholeSquare,
        PromptOrder order = PromptOrder.PointsFirst)
    {
        Count = prompts.Count;
        Tokens = TokenCount(prompts[0], order);
        MaskTokens = maskTokens;
        GridSize = wholeSquare
            ? [ImageGeometry.GridSide, ImageGeometry.GridSide]
            : [geometry.GridRows, geometry.GridColumns];
        Coordinates = new float[Count * Tokens * 2];
        Labels = new float[Count * Tokens];
        var token = 0;
        foreach (var prompt in prompts)
        {
            token = order == PromptOrder.BoxFirst
                ? AddBoxFirst(geometry, prompt, token)
                : AddPointsFirst(geometry, prompt, token);
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

    /// <summary>
    /// Logit of each prompt's object being in the image, [Count]: set by a run of SAM 2. Null for models that do not
    /// predict it.
    /// </summary>
    public float[]? ObjectScoreLogits { get; set; }

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

    /// <summary>N of a prompt: its points, the two corners of its box, and a padding point where the model has one.</summary>
    public static int TokenCount(Prompt prompt, PromptOrder order) => prompt.Points.Count
        + (prompt.Box is null ? 1 : order == PromptOrder.BoxFirst ? 3 : 2);

    private int AddPointsFirst(ImageGeometry geometry, Prompt prompt, int token)
    {
        token = AddPoints(geometry, prompt, token);
        return prompt.Box is { } box ? AddBox(geometry, box, token) : AddPadding(token);
    }

    private int AddBoxFirst(ImageGeometry geometry, Prompt prompt, int token)
    {
        token = prompt.Box is { } box ? AddBox(geometry, box, token) : token;
        return AddPadding(AddPoints(geometry, prompt, token));
    }

    private int AddPoints(ImageGeometry geometry, Prompt prompt, int token)
    {
        foreach (var point in prompt.Points)
        {
            Set(token++, geometry.ToModelX(point.X), geometry.ToModelY(point.Y), (float)point.Label);
        }

        return token;
    }

    private int AddBox(ImageGeometry geometry, BoxPrompt box, int token)
    {
        Set(token++, geometry.ToModelX(box.XMin), geometry.ToModelY(box.YMin), BoxTopLeftLabel);
        Set(token++, geometry.ToModelX(box.XMax), geometry.ToModelY(box.YMax), BoxBottomRightLabel);
        return token;
    }

    private int AddPadding(int token)
    {
        Set(token++, 0, 0, PaddingLabel);
        return token;
    }

    private void Set(int token, float x, float y, float label)
    {
        Coordinates[2 * token] = x;
        Coordinates[2 * token + 1] = y;
        Labels[token] = label;
    }
}
