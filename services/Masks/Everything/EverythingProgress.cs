namespace Segmentation.Masks.Everything;

/// <summary>Progress of a search.</summary>
/// <param name="CropsDone">Crops searched.</param>
/// <param name="Crops">Crops of the plan.</param>
/// <param name="PointsDone">Grid points decoded or left out.</param>
/// <param name="Points">Grid points of the plan.</param>
/// <param name="Candidates">Masks that passed the filters, before duplicates are removed.</param>
/// <param name="Elapsed">Time since the search began.</param>
public sealed record EverythingProgress(
    int CropsDone, int Crops, long PointsDone, long Points, int Candidates, TimeSpan Elapsed)
{
    /// <summary>Estimate of the time left, from the mean time of a point; null until a point is done.</summary>
    public TimeSpan? Remaining => PointsDone == 0 ? null : Elapsed * ((double)(Points - PointsDone) / PointsDone);
}
