using System.Diagnostics.Metrics;

namespace Segmentation.Projects.Pictures.Handing;

/// <summary>Metrics of pictures: meter <c>segmentation.projects</c>.</summary>
internal sealed class PictureMetrics
{
    private readonly Counter<long> _embeddings;

    public PictureMetrics(IMeterFactory meters)
    {
        _embeddings = meters.Create("segmentation.projects").CreateCounter<long>(
            "segmentation.projects.embeddings.ahead",
            "{embedding}",
            "Embeddings asked for before a picture is clicked on, by outcome.");

        // Counters exist, as zero, from the first scrape.
        foreach (var outcome in new[] { "made", "failed", "dropped" })
        {
            _embeddings.Add(0, Tag(outcome));
        }
    }

    /// <summary>Counts one outcome: <c>made</c>, <c>failed</c> or <c>dropped</c>.</summary>
    public void Embedded(string outcome) => _embeddings.Add(1, Tag(outcome));

    private static KeyValuePair<string, object?> Tag(string outcome) => new("outcome", outcome);
}
