using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Projects.Objects;

/// <summary>Adds the object store to a host.</summary>
internal static class ObjectServices
{
    /// <summary>Adds the store of the options, and its health.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="folder">Names the folder that is taken where no bucket is named.</param>
    public static IServiceCollection AddObjects(this IServiceCollection services, Func<IServiceProvider, string> folder)
    {
        services.AddSection<ObjectStoreOptions, ObjectStoreOptionsValidator>(ObjectStoreOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<S3Access>();
        services.AddSingleton<IObjectStore>(provider => Open(provider, folder));
        services.AddHealthChecks().AddCheck<ObjectStoreHealth>("projects-store");
        return services;
    }

    private static IObjectStore Open(IServiceProvider services, Func<IServiceProvider, string> folder)
    {
        var options = services.GetRequiredService<IOptions<ObjectStoreOptions>>().Value;
        var clock = services.GetRequiredService<TimeProvider>();
        if (options.Bucket.Length == 0)
        {
            return new FolderStore(folder(services), clock);
        }

        var access = services.GetRequiredService<S3Access>();
        return new S3Store(
            access.Client, options.Bucket, options.Prefix, options.Presign ? access.Public : null, clock);
    }
}
