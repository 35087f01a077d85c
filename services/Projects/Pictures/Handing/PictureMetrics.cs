using System.Diagnostics.Metrics;

namespace Segmentation.Projects.Pictures.Handing;

/// <summary>Metrics of pictures: meter <c>segmentation.projects</c>.</summary>
internal sealed class PictureMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _embeddings = meters.Create("segmentation.projects").CreateCounter<long>(
        "segmentation.projects.embeddings.ahead",
        "{embedding}",
        "Embeddings asked for before a picture is clicked on, by outcome.");

    /// <summary>Counts one outcome: <c>made</c>, <c>failed</c> or <c>dropped</c>.</summary>
    public void Embedded(string outcome) =>
        _embeddings.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
