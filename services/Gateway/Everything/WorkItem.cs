using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// A part of a search that is sent to a silo at once: a batch of points, or several small ones of a crop.
/// </summary>
internal sealed class WorkItem
{
    /// <summary>Smaller batches share an item, so that messages stay few: about a tenth of a second of work.</summary>
    private const int MinPoints = 16;

    private WorkItem(IReadOnlyList<PointBatch> batches, double place)
    {
        Batches = batches;
        Place = place;
        Points = [.. batches.SelectMany(batch => batch.Points)];
    }

    /// <summary>Its batches, in order.</summary>
    public IReadOnlyList<PointBatch> Batches { get; }

    /// <summary>Points of all its batches, ascending.</summary>
    public int[] Points { get; }

    /// <summary>Its place in the round, 0 to 1: each silo owns an interval of the round.</summary>
    public double Place { get; }

    /// <summary>Number of silos that were lost while they worked on it.</summary>
    public int Losses { get; set; }

    /// <summary>Divides a round.</summary>
    /// <param name="round">The round's batches.</param>
    public static IReadOnlyList<WorkItem> Of(IReadOnlyList<PointBatch> round)
    {
        var items = new List<List<PointBatch>>();
        var points = MinPoints;
        foreach (var batch in round)
        {
            if (points >= MinPoints)
            {
                items.Add([]);
                points = 0;
            }

            items[^1].Add(batch);
            points += batch.Points.Count;
        }

        return [.. items.Select((batches, i) => new WorkItem(batches, (i + 0.5) / items.Count))];
    }

    /// <summary>Adds the item's result to the search of its crop, batch by batch.</summary>
    /// <param name="search">The search of the crop.</param>
    /// <param name="result">The result for all batches together.</param>
    public void AddTo(CropSearch search, BatchResult result)
    {
        var candidates = result.Candidates.ToLookup(candidate => candidate.Point);
        for (var i = 0; i < Batches.Count; i++)
        {
            // Which of the batches explained a point does not matter to the rounds that follow.
            search.Add(
                Batches[i],
                new BatchResult(
                    [.. Batches[i].Points.SelectMany(point => candidates[point])], i == 0 ? result.Explained : []));
        }
    }
}
