namespace Segmentation.Projects.Transfers.Work;

/// <summary>Keeps things for a time.</summary>
internal interface IExpiring
{
    /// <summary>Deletes what has expired by now.</summary>
    Task DeleteExpiredAsync(CancellationToken cancellationToken);
}
