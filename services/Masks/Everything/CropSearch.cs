namespace Segmentation.Masks.Everything;

/// <summary>
/// The search of one crop: says which batches of points to decode next and takes what they gave, in any order. The
/// batches of a round do not depend on each other. There is one round, or with <see cref="EverythingProfile.Fast"/> a
/// few, each following from what the earlier ones found and nothing else. Not safe for concurrent use.
/// </summary>
public sealed class CropSearch
{
    private readonly EverythingPlan _plan;
    private readonly EverythingCrop _crop;
    private readonly PointChoice _choice;
    private readonly List<MaskCandidate> _candidates = [];
    private readonly Dictionary<int, PointBatch> _outstanding = [];

    /// <param name="plan">The plan.</param>
    /// <param name="crop">One of its crops.</param>
    public CropSearch(EverythingPlan plan, EverythingCrop crop)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(crop);
        _plan = plan;
        _crop = crop;
        _choice = new PointChoice(crop.Levels);
    }

    /// <summary>Points of the crop's grid that are done with: decoded, or left out.</summary>
    public int PointsDone => _choice.Decided - _outstanding.Values.Sum(b => b.Points.Count);

    /// <summary>The batches of the next round; none when the search is over.</summary>
    /// <exception cref="InvalidOperationException">A batch of the last round has not been added.</exception>
    public IReadOnlyList<PointBatch> NextRound()
    {
        if (_outstanding.Count > 0)
        {
            throw new InvalidOperationException(
                $"{_outstanding.Count} batches of the last round of crop {_crop.Index} have not been added.");
        }

        PointBatch[] batches =
        [
            .. _choice.Next().Chunk(_plan.Options.PointsPerBatch)
                .Select(points => new PointBatch(_crop.Index, points)),
        ];
        foreach (var batch in batches)
        {
            _outstanding.Add(batch.Points[0], batch);
        }

        return batches;
    }

    /// <summary>Takes what a batch gave. One that was added before is ignored, so a batch may be done twice.</summary>
    /// <param name="batch">A batch of the last round.</param>
    /// <param name="result">Masks found for the batch, and the points that they explain.</param>
    public void Add(PointBatch batch, BatchResult result)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfNotEqual(batch.Crop, _crop.Index);
        if (_outstanding.Remove(batch.Points[0]))
        {
            _candidates.AddRange(result.Candidates);
            _choice.Explain(result.Explained);
        }
    }

    /// <summary>
    /// The crop's masks without those that show the same as a better one, best predicted IoU first. The same whatever
    /// the order in which batches were added.
    /// </summary>
    public IReadOnlyList<EverythingMask> Finish()
    {
        var ordered = _candidates.OrderBy(c => c.Point).ThenBy(c => c.Token).ToArray();
        var kept = BoxSuppression.Keep(
            [.. ordered.Select(c => c.Box)], [.. ordered.Select(c => c.PredictedIou)], _plan.Options.BoxNmsThresh);
        return [.. kept.Select(i => _plan.Place(_crop, ordered[i]))];
    }
}
