using System.Globalization;

namespace Segmentation.Identity.Quotas;

/// <summary>
/// The bucket that a caller's work is charged to. All callers of a tenant share one, with the server's figures. Keys
/// that have figures of their own share another one with the tenant's keys of equal figures: two keys that are
/// exchanged for each other are one account, and a key for a batch job takes nothing from the people of its tenant.
/// </summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Quota">The figures.</param>
/// <param name="IsOwn">Whether the figures are the key's own; false: the server's default.</param>
public readonly record struct QuotaAccount(string Tenant, Quota Quota, bool IsOwn)
{
    /// <summary>The name in the store: the tenant, and the figures where they are a key's own.</summary>
    public string Name => IsOwn
        ? string.Create(CultureInfo.InvariantCulture, $"{Tenant}:{Quota.UnitsPerSecond:R}:{Quota.Burst:R}")
        : Tenant;

    /// <summary>
    /// Tells whether two callers share a bucket. The server's default may change without a new bucket.
    /// </summary>
    public bool Equals(QuotaAccount other) =>
        IsOwn == other.IsOwn && (!IsOwn || Quota == other.Quota) && string.Equals(Tenant, other.Tenant, StringComparison.Ordinal);

    /// <summary>Equal for callers that share a bucket.</summary>
    public override int GetHashCode() => Tenant.GetHashCode(StringComparison.Ordinal);
}
