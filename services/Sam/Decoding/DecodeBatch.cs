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

    private readonly ImageGeometry _geometry;
    private readonly PromptForm _form;

    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="prompts">1 to 4 prompts with the same number of points.</param>
    /// <param name="multimask">Output tokens 1 to 3, or token 0.</param>
    /// <param name="wholeSquare">Logits of the padded part too.</param>
    public DecodeBatch(ImageGeometry geometry, IReadOnlyList<Prompt> prompts, bool multimask, bool wholeSquare)
        : this(geometry, prompts, multimask ? _multi : _single, wholeSquare, PromptForm.Sam1)
    {
    }

    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="prompts">
    /// 1 to 4 prompts with the same number of points; where boxes are apart, all have one or none has.
    /// </param>
    /// <param name="maskTokens">Distinct output tokens, 0 to 3.</param>
    /// <param name="wholeSquare">Logits of the padded part too.</param>
    /// <param name="form">Form in which the decoder takes prompts.</param>
    public DecodeBatch(
        ImageGeometry geometry,
        IReadOnlyList<Prompt> prompts,
        long[] maskTokens,
        bool wholeSquare,
        PromptForm form)
    {
        (_geometry, _form) = (geometry, form);
        Count = prompts.Count;
        Tokens = form.PointsOf(prompts[0]);
        MaskTokens = maskTokens;
        GridSize = wholeSquare
            ? [ImageGeometry.GridSide, ImageGeometry.GridSide]
            : [geometry.GridRows, geometry.GridColumns];
        Coordinates = new float[Count * Tokens * 2];
        Labels = new float[Count * Tokens];
        BoxesApart = form.TakesBoxApart && prompts[0].Box is not null ? new float[Count * 4] : [];
        var token = 0;
        for (var i = 0; i < Count; i++)
        {
            token = Add(prompts[i], i, token);
        }
    }

    /// <summary>Prompts in the batch.</summary>
    public int Count { get; }

    /// <summary>Points a prompt, padding and box corners included.</summary>
    public int Tokens { get; }

    /// <summary>[Count, Tokens, 2], pixels of the model's square (or of <see cref="PromptForm.Side"/>).</summary>
    public float[] Coordinates { get; }

    /// <summary>[Count, Tokens].</summary>
    public float[] Labels { get; }

    /// <summary>[Count, 4], the corners of boxes that are no points; empty where there are none.</summary>
    public float[] BoxesApart { get; }

    /// <summary>A mask prompt, 256 x 256 logits, of the only prompt in the batch; null where it has none.</summary>
    public float[]? MaskLogits { get; init; }

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
    /// predict it, and for exports of SAM 2 without the head that does.
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

    private int Add(Prompt prompt, int index, int token)
    {
        if (_form.PutsBoxFirst)
        {
            token = AddBox(prompt, index, token);
        }

        foreach (var point in prompt.Points)
        {
            Set(token++, X(point.X), Y(point.Y), (float)point.Label);
        }

        if (!_form.PutsBoxFirst)
        {
            token = AddBox(prompt, index, token);
        }

        if (_form.IsPadded(prompt))
        {
            Set(token++, 0, 0, PaddingLabel);
        }

        return token;
    }

    private int AddBox(Prompt prompt, int index, int token)
    {
        if (prompt.Box is not { } box)
        {
            return token;
        }

        if (_form.TakesBoxApart)
        {
            ReadOnlySpan<float> corners = [X(box.XMin), Y(box.YMin), X(box.XMax), Y(box.YMax)];
            corners.CopyTo(BoxesApart.AsSpan(index * corners.Length));
            return token;
        }

        Set(token++, X(box.XMin), Y(box.YMin), BoxTopLeftLabel);
        Set(token++, X(box.XMax), Y(box.YMax), BoxBottomRightLabel);
        return token;
    }

    private float X(float x) => _geometry.ToModelX(x) * _form.Side / ImageGeometry.ModelSide;

    private float Y(float y) => _geometry.ToModelY(y) * _form.Side / ImageGeometry.ModelSide;

    private void Set(int token, float x, float y, float label)
    {
        Coordinates[2 * token] = x;
        Coordinates[2 * token + 1] = y;
        Labels[token] = label;
    }
}
