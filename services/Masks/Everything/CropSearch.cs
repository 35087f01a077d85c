namespace Segmentation.Masks.Everything;

/// <summary>
/// The search of one crop: hands out batches of points round by round and takes their results in any order. The batches
/// of a round do not depend on each other. There is one round; with <see cref="EverythingProfile.Fast"/> there are a
/// few, and each depends on the results of the earlier ones alone. Not safe for concurrent use.
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

    /// <summary>Points of the crop's grid that have been decoded or left out.</summary>
    public int PointsDone => _choice.Decided - _outstanding.Values.Sum(b => b.Points.Count);

    /// <summary>Begins the next round.</summary>
    /// <returns>Its batches; none when the search is over.</returns>
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

    /// <summary>Adds the result of a batch. A second result of the same batch is ignored.</summary>
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
    /// Removes duplicates by non-maximum suppression and returns the crop's masks, best predicted IoU first. The result
    /// does not depend on the order in which batches were added.
    /// </summary>
    public IReadOnlyList<EverythingMask> Finish()
    {
        var most = _plan.Options.MaxMaskAreaRatio is > 0 and var ratio
            ? ratio * _plan.Width * _plan.Height
            : double.PositiveInfinity;
        var ordered = _candidates.Where(c => c.Area < most).OrderBy(c => c.Point).ThenBy(c => c.Token).ToArray();
        var kept = BoxSuppression.Keep(
            [.. ordered.Select(c => c.Box)], [.. ordered.Select(c => c.PredictedIou)], _plan.Options.BoxNmsThresh);
        return [.. kept.Select(i => _plan.Place(_crop, ordered[i]))];
    }
}
