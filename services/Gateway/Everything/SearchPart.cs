using Segmentation.Sam.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>What is sent to a silo at once: a batch of points, or several small ones of the same crop.</summary>
internal sealed class SearchPart
{
    /// <summary>Smaller batches share a part, so that messages stay few beside the work: a tenth of a second or so.</summary>
    private const int LeastPoints = 16;

    private SearchPart(IReadOnlyList<PointBatch> batches)
    {
        Batches = batches;
        Points = [.. batches.SelectMany(batch => batch.Points)];
    }

    /// <summary>Its batches, in order.</summary>
    public IReadOnlyList<PointBatch> Batches { get; }

    /// <summary>Their points, ascending.</summary>
    public int[] Points { get; }

    /// <summary>How often a silo was lost with it.</summary>
    public int Losses { get; set; }

    /// <summary>The parts of a round.</summary>
    public static IEnumerable<SearchPart> Of(IReadOnlyList<PointBatch> round)
    {
        var batches = new List<PointBatch>();
        foreach (var batch in round)
        {
            batches.Add(batch);
            if (batches.Sum(b => b.Points.Count) >= LeastPoints)
            {
                yield return new SearchPart([.. batches]);
                batches.Clear();
            }
        }

        if (batches.Count > 0)
        {
            yield return new SearchPart(batches);
        }
    }

    /// <summary>Hands what was found for the part to the search, batch by batch.</summary>
    /// <param name="search">The search that the batches are of.</param>
    /// <param name="found">What was found for all of them.</param>
    public void AddTo(CropSearch search, BatchResult found)
    {
        var candidates = found.Candidates.ToLookup(candidate => candidate.Point);
        for (var i = 0; i < Batches.Count; i++)
        {
            // Which of the batches explained a point does not matter to the rounds that follow.
            search.Add(
                Batches[i],
                new BatchResult(
                    [.. Batches[i].Points.SelectMany(point => candidates[point])], i == 0 ? found.Explained : []));
        }
    }
}
