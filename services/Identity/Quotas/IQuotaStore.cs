namespace Segmentation.Identity.Quotas;

/// <summary>The bucket of each account, which all gateways share.</summary>
public interface IQuotaStore
{
    /// <summary>Fills an account's bucket for the time that has passed, and takes units from it.</summary>
    /// <param name="account">Name of the account.</param>
    /// <param name="quota">The bucket's figures.</param>
    /// <param name="claim">What to take and to note.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>What was given; null when nothing was taken, because others took units at the same time.</returns>
    /// <exception cref="QuotaStoreException">The store does not answer.</exception>
    Task<QuotaGrant?> TakeAsync(string account, Quota quota, QuotaClaim claim, CancellationToken cancellationToken);
}
