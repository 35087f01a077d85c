using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Rasterizing;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Everything;

/// <summary>Decodes points of one crop, a few at a time, and makes the masks that no filter rejects.</summary>
/// <param name="segmenter">The model.</param>
/// <param name="image">The crop, prepared as an image of its own.</param>
/// <param name="plan">The plan.</param>
/// <param name="crop">The crop.</param>
/// <param name="workspace">This thread's buffers.</param>
internal sealed class PointDecoder(
    Segmenter segmenter, PreparedImage image, EverythingPlan plan, EverythingCrop crop, CandidateWorkspace workspace)
{
    // Computing the image projections takes as long as six points save.
    private const int MinPointsForProjections = 16;
    private const float MaskThreshold = MaskRasterizer.DefaultThreshold;

    private readonly IPromptDecoder _decoder = segmenter.Decoder;
    private readonly long[] _tokens = segmenter.Tokens.Decoded(isMultimask: true);
    private readonly CropEdgeBands _edges = new(image.Plan, crop.Box, plan.Width, plan.Height);
    // As in the reference, all masks pass a threshold of 0.
    private readonly float? _predIouThresh =
        plan.Options.PredIouThresh > 0 ? (float)plan.Options.PredIouThresh : null;

    private readonly float _stabilityThresh = (float)plan.Options.StabilityScoreThresh;
    private readonly float _stabilityOffset = (float)plan.Options.StabilityScoreOffset;

    /// <summary>Decodes points and returns the masks that pass, in the order of points and tokens.</summary>
    public List<MaskCandidate> Decode(IReadOnlyList<int> points, CancellationToken cancellationToken)
    {
        var found = new List<MaskCandidate>();
        for (var done = 0; done < points.Count;)
        {
            var left = points.Count - done;
            // Leaves enough for another run: fewer prompts than MinBatch cannot be decoded together.
            var count = left > DecodeBatch.MaxPrompts && left < DecodeBatch.MaxPrompts + _decoder.MinBatch
                ? left - _decoder.MinBatch
                : Math.Min(left, DecodeBatch.MaxPrompts);
            DecodeRun([.. points.Skip(done).Take(count)], found, cancellationToken);
            done += count;
        }

        return found;
    }

    private void DecodeRun(int[] points, List<MaskCandidate> found, CancellationToken cancellationToken)
    {
        var prompts = points.Select(PromptAt).ToList();
        while (prompts.Count < _decoder.MinBatch)
        {
            prompts.Add(prompts[0]);
        }

        var batch = new DecodeBatch(image.Geometry, prompts, _tokens, wholeSquare: false, segmenter.Form)
        {
            PredictedIouAbove = _predIouThresh,
            ImageProjections = crop.Grid.Count >= MinPointsForProjections
                ? _decoder.ProjectionsOf(image, new(workspace.Segment.OnYield, cancellationToken))
                : null,
            OnYield = workspace.Segment.OnYield,
        };
        var yieldPoint = new YieldPoint(workspace.Segment.OnYield, cancellationToken);
        var logits = workspace.Segment.Logits(batch.LogitsLength);
        var predictedIou = workspace.Segment.PredictedIou.AsMemory(0, batch.Count * 4);
        _decoder.Decode(image, batch, logits, predictedIou, workspace.Segment, cancellationToken);
        for (var i = 0; i < points.Length * _tokens.Length; i++)
        {
            var (point, token) = (i / _tokens.Length, (int)_tokens[i % _tokens.Length]);
            var score = predictedIou.Span[point * 4 + token];
            if (!batch.IsWanted(score))
            {
                continue;
            }

            var plane = logits.Span.Slice(i * batch.PlaneLength, batch.PlaneLength);
            if (Filter(plane, batch, yieldPoint) is { } mask)
            {
                found.Add(new()
                {
                    Point = points[point],
                    Token = token,
                    PredictedIou = score,
                    StabilityScore = mask.StabilityScore,
                    RunLengths = mask.RunLengths,
                    Area = mask.Area,
                    Box = mask.Box,
                });
            }
        }
    }

    /// <summary>
    /// Makes the mask of a plane of logits; null if a filter rejects it, before it is made where possible.
    /// </summary>
    private RasterizedMask? Filter(ReadOnlySpan<float> logits, DecodeBatch batch, YieldPoint yieldPoint)
    {
        yieldPoint.Check();
        var (lower, upper) = (MaskThreshold - _stabilityOffset, MaskThreshold + _stabilityOffset);
        if (_edges.IsSurelyTouched(logits, batch.LogitColumns, MaskThreshold)
            || workspace.Bound.AtMost(logits, batch.LogitColumns, image.Plan, lower, upper) < _stabilityThresh)
        {
            return null;
        }

        var mask = MaskRasterizer.Rasterize(
            logits,
            batch.LogitRows,
            batch.LogitColumns,
            image.Plan,
            workspace.Segment.Masks,
            MaskThreshold,
            _stabilityOffset,
            yieldPoint);
        // With thresholds of 0 the reference returns empty masks too; they show nothing and cannot be exported.
        var isRejected = mask.Area == 0
            || mask.StabilityScore < _stabilityThresh
            || CropEdges.IsTouched(mask.Box, crop.Box, plan.Width, plan.Height);
        return isRejected ? null : mask;
    }

    private Prompt PromptAt(int point)
    {
        var (x, y) = crop.PointInCrop(point);
        return new() { Points = [new((float)x, (float)y, PointLabel.Foreground)] };
    }
}
