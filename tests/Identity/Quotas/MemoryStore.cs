using Segmentation.Identity.Quotas;

namespace Segmentation.Identity.Tests.Quotas;

/// <summary>A store as gateways share one, without a network; a test takes it away.</summary>
internal sealed class MemoryStore(TimeProvider clock)
{
    private readonly Dictionary<string, string> _texts = [];

    public bool IsAway { get; set; }

    /// <summary>The store as a gateway sees it.</summary>
    public IQuotaStore Of(string gateway) => new View(this, gateway);

    private sealed class View(MemoryStore store, string gateway) : IQuotaStore
    {
        public Task<QuotaGrant?> TakeAsync(
            string account, Quota quota, QuotaClaim claim, CancellationToken cancellationToken)
        {
            if (store.IsAway)
            {
                throw new QuotaStoreException("Redis does not answer.");
            }

            var now = store.Clock.GetUtcNow();
            var before = SharedBucket.Parse(store._texts.GetValueOrDefault(account), quota, now);
            var (after, grant) = before.Take(gateway, quota, claim, now);
            store._texts[account] = after.ToString();
            return Task.FromResult<QuotaGrant?>(grant);
        }
    }

    private TimeProvider Clock => clock;
}
