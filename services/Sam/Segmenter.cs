using System.Numerics.Tensors;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Png;
using Segmentation.Masks.Polygons;
using Segmentation.Masks.Rasterizing;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Decoding.Cpu;
using Segmentation.Sam.Decoding.Published;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam;

/// <summary>
/// Decodes prompts on images whose embedding is known to masks. One shared instance serves all threads; each thread
/// brings a workspace of its own.
/// </summary>
public sealed class Segmenter : IDisposable
{
    /// <summary>Largest number of prompts on an image that are decoded together; larger batches save nothing.</summary>
    public const int MaxBatch = DecodeBatch.MaxPrompts;

    // SAM 2 was trained with mask prompts in this range, and its predictor returns no others.
    private const float MostLogit = 32;

    private readonly IPromptDecoder _decoder;
    private readonly DecoderLayout _layout;

    /// <param name="model">The model.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    /// <exception cref="InvalidDataException">A graph is not what the model's layout says.</exception>
    public Segmenter(ModelPackage model, RuntimeOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        _layout = model.Layout.Decoder;
        _decoder = _layout.IsPublished
            ? new PublishedDecoder(model, options)
            : new DecoderModel(model.ImagePath, model.MaskPath, OpenDecoder(model.DecodePath, options), options);
        Resizing = model.Layout.Resizing;
        (Form, Tokens) = (PromptForm.Of(_layout), new TokenChoice(_layout));
    }

    /// <summary>Rule by which an image becomes the model's square.</summary>
    public Resizing Resizing { get; }

    /// <summary>The decoder, for callers that do not turn all logits into masks.</summary>
    internal IPromptDecoder Decoder => _decoder;

    /// <summary>Form in which the decoder takes prompts.</summary>
    internal PromptForm Form { get; }

    /// <summary>The decoder's output tokens.</summary>
    internal TokenChoice Tokens { get; }

    /// <summary>
    /// Computes the image projections of every prepared image (21 MB each), with which its prompts of up to six points
    /// are less work. Default: false. docs/performance.md has the figures.
    /// </summary>
    public bool PrecomputesProjections { get; init; }

    /// <summary>Computes the tensors that all prompts on an image share.</summary>
    /// <param name="embedding">The flat embedding: <see cref="ModelPackage.EmbeddingLength"/> values.</param>
    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public PreparedImage Prepare(
        Memory<float> embedding, ImageGeometry geometry, CancellationToken cancellationToken) =>
        Prepare(embedding, geometry, new YieldPoint(null, cancellationToken));

    /// <summary>
    /// Computes the tensors that all prompts on an image share, on a thread that may have more urgent work.
    /// </summary>
    /// <param name="embedding">The flat embedding: <see cref="ModelPackage.EmbeddingLength"/> values.</param>
    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="yieldPoint">Checked during the run.</param>
    public PreparedImage Prepare(Memory<float> embedding, ImageGeometry geometry, YieldPoint yieldPoint)
    {
        var image = _decoder.Prepare(embedding, geometry, yieldPoint);
        if (PrecomputesProjections)
        {
            image.Projections = _decoder.PrecomputeProjections(image, yieldPoint);
        }

        return image;
    }

    /// <summary>
    /// Restores the embedding that an image was prepared from: rounded to 16 bits, the result equals the original.
    /// </summary>
    /// <param name="image">The prepared image.</param>
    /// <param name="embedding">Receives the flat embedding.</param>
    /// <param name="yieldPoint">Checked during the run.</param>
    public void Restore(PreparedImage image, Span<float> embedding, YieldPoint yieldPoint)
    {
        ArgumentNullException.ThrowIfNull(image);
        _decoder.Restore(image, embedding, yieldPoint);
    }

    /// <summary>Allocates the buffers of one thread.</summary>
    /// <param name="lendsMasks">
    /// True if run lengths stay in the buffers, which saves a copy for callers that convert them before the next
    /// prompts are decoded. False for masks that live on.
    /// </param>
    public SegmentWorkspace CreateWorkspace(bool lendsMasks = false) => _decoder.CreateWorkspace(lendsMasks);

    /// <summary>Returns the reason why the model cannot take a prompt; null if it can.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <returns>The end of a sentence that begins with the model: "takes no boxes".</returns>
    public string? Refusal(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return PromptSupport.Refusal(_layout, new(
            prompt.Points.Count,
            prompt.Points.Any(point => point.Label == PointLabel.Background),
            prompt.Box is not null,
            prompt.MaskLogits is not null));
    }

    /// <summary>Decodes prompts on one image and makes their masks.</summary>
    /// <param name="image">The prepared image.</param>
    /// <param name="prompts">Prompts, independent of each other; those of the same form are decoded together.</param>
    /// <param name="options">Number and forms of the masks.</param>
    /// <param name="workspace">This thread's buffers.</param>
    /// <param name="cancellationToken">Looked at before and during every run and while masks are made.</param>
    /// <returns>
    /// One list of masks a prompt, in order; in a list the best predicted IoU comes first. With a workspace that lends
    /// masks, their run lengths are valid until it is used again.
    /// </returns>
    /// <exception cref="ArgumentException"><see cref="Refusal"/> has a reason to refuse a prompt.</exception>
    public IReadOnlyList<IReadOnlyList<SegmentedMask>> Segment(
        PreparedImage image,
        IReadOnlyList<Prompt> prompts,
        SegmentOptions options,
        SegmentWorkspace workspace,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workspace);
        ThrowIfRefused(prompts);
        workspace.Masks.TakeBack();
        var results = new IReadOnlyList<SegmentedMask>[prompts.Count];
        if (prompts.Count == 1)
        {
            var key = BatchKey.Of(prompts[0], 0, options.MaskCount, Form);
            DecodeGroup(image, prompts, [0], key.IsMultimask, options, workspace, results, cancellationToken);
            return results;
        }

        foreach (var group in Enumerable.Range(0, prompts.Count)
            .GroupBy(i => BatchKey.Of(prompts[i], i, options.MaskCount, Form)))
        {
            foreach (var indices in group.Chunk(DecodeBatch.MaxPrompts))
            {
                DecodeGroup(
                    image, prompts, indices, group.Key.IsMultimask, options, workspace, results, cancellationToken);
            }
        }

        return results;
    }

    /// <summary>Releases the sessions.</summary>
    public void Dispose() => _decoder.Dispose();

    private void ThrowIfRefused(IReadOnlyList<Prompt> prompts)
    {
        if (_layout is { Box: not BoxPort.None, TakesMask: true, TakesBackground: true, MaxPoints: null })
        {
            return;
        }

        foreach (var (i, prompt) in prompts.Index())
        {
            if (Refusal(prompt) is { } reason)
            {
                throw new ArgumentException($"The model {reason} (prompt {i}).", nameof(prompts));
            }
        }
    }

    private void DecodeGroup(
        PreparedImage image,
        IReadOnlyList<Prompt> prompts,
        int[] indices,
        bool isMultimask,
        SegmentOptions options,
        SegmentWorkspace workspace,
        IReadOnlyList<SegmentedMask>[] results,
        CancellationToken cancellationToken)
    {
        var yieldPoint = new YieldPoint(workspace.OnYield, cancellationToken);
        var keepsLogits = options.Forms.HasFlag(MaskForms.Logits);
        var batch = new DecodeBatch(
            image.Geometry, [.. indices.Select(i => prompts[i])], Tokens.Decoded(isMultimask), keepsLogits, Form)
        {
            ImageProjections = ProjectionsFor(prompts[indices[0]], image, options, yieldPoint),
            MaskLogits = prompts[indices[0]].MaskLogits,
            OnYield = workspace.OnYield,
        };
        var logits = workspace.Logits(batch.LogitsLength);
        var predictedIou = workspace.PredictedIou.AsMemory(0, batch.Count * 4);
        _decoder.Decode(image, batch, logits, predictedIou, workspace, cancellationToken);
        for (var i = 0; i < indices.Length; i++)
        {
            var length = batch.MaskTokens.Length * batch.PlaneLength;
            var planes = logits.Span.Slice(i * length, length);
            var scores = predictedIou.Span.Slice(i * 4, 4);
            var (first, count) = isMultimask
                ? (0, batch.MaskTokens.Length)
                : (Tokens.ChooseOne(planes, scores), 1);
            var masks = new SegmentedMask[count];
            for (var j = 0; j < masks.Length; j++)
            {
                var plane = planes.Slice((first + j) * batch.PlaneLength, batch.PlaneLength);
                var token = (int)batch.MaskTokens[first + j];
                masks[j] = MakeMask(image, batch, plane, i, token, scores[token], options, workspace, yieldPoint);
            }

            results[indices[i]] = [.. masks.OrderByDescending(m => m.PredictedIou)];
        }
    }

    // On the CPU our own kernels are faster than the graph.
    private static IMaskDecoder OpenDecoder(string path, RuntimeOptions options) =>
        options.Provider == ExecutionProvider.Cpu ? CpuMaskDecoder.Create(path) : new OnnxMaskDecoder(path, options);

    // A mask prompt changes the image for one prompt: computing projections would not pay off.
    private AlignedBuffer? ProjectionsFor(
        Prompt prompt, PreparedImage image, SegmentOptions options, YieldPoint yieldPoint)
    {
        if (prompt.MaskLogits is not null)
        {
            return null;
        }

        return options.UseImageProjections
            ? _decoder.ProjectionsOf(image, yieldPoint)
            : image.Projections;
    }

    private SegmentedMask MakeMask(
        PreparedImage image,
        DecodeBatch batch,
        ReadOnlySpan<float> logits,
        int prompt,
        int token,
        float predictedIou,
        SegmentOptions options,
        SegmentWorkspace workspace,
        YieldPoint yieldPoint)
    {
        var mask = MaskRasterizer.Rasterize(
            logits,
            batch.LogitRows,
            batch.LogitColumns,
            image.Plan,
            workspace.Masks,
            yieldPoint: yieldPoint);
        return new SegmentedMask
        {
            Token = token,
            PredictedIou = predictedIou,
            ObjectScoreLogit = batch.ObjectScoreLogits?[prompt],
            StabilityScore = mask.StabilityScore,
            RunLengths = mask.RunLengths,
            Area = mask.Area,
            Box = mask.Box,
            Png = options.Forms.HasFlag(MaskForms.Png) ? MaskPng.Encode(mask.RunLengths, yieldPoint) : null,
            Polygons = options.Forms.HasFlag(MaskForms.Polygons)
                ? MaskPolygons.Trace(mask.RunLengths, yieldPoint)
                : null,
            Logits = options.Forms.HasFlag(MaskForms.Logits) ? Returned(logits) : null,
        };
    }

    private float[] Returned(ReadOnlySpan<float> logits)
    {
        var returned = logits.ToArray();
        if (_layout.IsSam2)
        {
            TensorPrimitives.Clamp(returned, -MostLogit, MostLogit, returned);
        }

        return returned;
    }
}
