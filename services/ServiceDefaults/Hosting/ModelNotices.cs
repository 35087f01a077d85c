using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Segmentation.Models;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Says at every start which of the served models have a licence that does not allow every use.</summary>
public static class ModelNotices
{
    /// <summary>Writes the notices of models to the log when the host starts.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="models">The models that the host serves.</param>
    public static IServiceCollection AddModelNotices(this IServiceCollection services, ServedModels models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return services.AddHostedService(provider => new LicenceNotices(
            models, provider.GetRequiredService<ILogger<LicenceNotices>>()));
    }
}
