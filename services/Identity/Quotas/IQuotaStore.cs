namespace Segmentation.Identity.Quotas;

/// <summary>The bucket of each tenant, which all gateways share.</summary>
public interface IQuotaStore
{
    /// <summary>Fills a tenant's bucket for the time that has passed, and takes units from it.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="quota">The bucket's figures.</param>
    /// <param name="spent">
    /// Units that were spent already: they are taken even if the bucket then holds less than nothing. Below 0: units that
    /// were taken before and are given back.
    /// </param>
    /// <param name="wanted">Further units, of which as many are given as there are.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>What was given; null when nothing was taken, because others took units at the same time.</returns>
    /// <exception cref="QuotaStoreException">The store does not answer.</exception>
    Task<QuotaGrant?> TakeAsync(
        string tenant, Quota quota, double spent, double wanted, CancellationToken cancellationToken);
}

/// <summary>Units that a gateway got.</summary>
/// <param name="Units">Units given, up to those wanted.</param>
/// <param name="Gateways">Gateways that have lately taken units of this tenant, this one included.</param>
public readonly record struct QuotaGrant(double Units, int Gateways);

/// <summary>A store of quotas does not answer.</summary>
public sealed class QuotaStoreException(string message, Exception? innerException = null)
    : Exception(message, innerException);
