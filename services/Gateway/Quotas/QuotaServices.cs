using Microsoft.Extensions.Options;
using Segmentation.Common.Budgets;
using Segmentation.Common.Configuration;
using Segmentation.Embeddings.Redis;
using Segmentation.Identity.Quotas;

namespace Segmentation.Gateway.Quotas;

/// <summary>Adds what charges tenants for work.</summary>
internal static class QuotaServices
{
    /// <summary>
    /// Adds the services; options are those of <c>Segmentation:Quotas</c>. Buckets are in the Redis of embeddings, or in
    /// this process where there is none.
    /// </summary>
    public static IServiceCollection AddQuotas(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration.GetSection(RedisOptions.Section)[nameof(RedisOptions.Cache)]))
        {
            services.AddSingleton<IQuotaStore, MemoryQuotaStore>();
        }
        else
        {
            services.AddSingleton<IQuotaStore, QuotaRedis>();
        }

        services.AddHealthChecks().AddCheck<QuotaHealth>("quotas");
        return services
            .AddSection<QuotaOptions, QuotaOptionsValidator>(QuotaOptions.Section)
            .AddSingleton(LedgerOf)
            .AddSingleton(BytesOf)
            .AddSingleton<QuotaMetrics>()
            .AddSingleton<WorkMeter>();
    }

    private static QuotaLedger LedgerOf(IServiceProvider services) => new(
        services.GetRequiredService<IQuotaStore>(),
        OptionsOf(services).Gateways is > 0 and var gateways ? gateways : null,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<QuotaLedger>>());

    private static TenantBytes BytesOf(IServiceProvider services) =>
        new(OptionsOf(services).MaxBytesInFlight is > 0 and var bytes ? bytes : null);

    private static QuotaOptions OptionsOf(IServiceProvider services) =>
        services.GetRequiredService<IOptions<QuotaOptions>>().Value;
}
