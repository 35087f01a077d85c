using Segmentation.Masks.Everything;


namespace Segmentation.Gateway.Everything;

/// <summary>What is sent to a silo at once: a batch of points, or several small ones of the same crop.</summary>
internal sealed class SearchPart
{
    /// <summary>Smaller batches share a part, so that messages stay few: about a tenth of a second of work.</summary>
    private const int LeastPoints = 16;

    private SearchPart(IReadOnlyList<PointBatch> batches, double place)
    {
        Batches = batches;
        Place = place;
        Points = [.. batches.SelectMany(batch => batch.Points)];
    }

    /// <summary>Its batches, in order.</summary>
    public IReadOnlyList<PointBatch> Batches { get; }

    /// <summary>Their points, ascending.</summary>
    public int[] Points { get; }

    /// <summary>Where it lies in its round, 0 to 1: silos own shares of the round.</summary>
    public double Place { get; }

    /// <summary>How often a silo was lost with it.</summary>
    public int Losses { get; set; }

    /// <summary>The parts of a round.</summary>
    public static List<SearchPart> Of(IReadOnlyList<PointBatch> round)
    {
        var parts = new List<List<PointBatch>>();
        var points = LeastPoints;
        foreach (var batch in round)
        {
            if (points >= LeastPoints)
            {
                parts.Add([]);
                points = 0;
            }

            parts[^1].Add(batch);
            points += batch.Points.Count;
        }

        return [.. parts.Select((batches, i) => new SearchPart(batches, (i + 0.5) / parts.Count))];
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
