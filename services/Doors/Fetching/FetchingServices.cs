using Microsoft.Extensions.DependencyInjection;
using Segmentation.Common.Configuration;

namespace Segmentation.Doors.Fetching;

/// <summary>Adds fetching of pictures, which does nothing until a door asks and the operator allows it.</summary>
internal static class FetchingServices
{
    /// <summary>Adds the fetcher with its options.</summary>
    public static IServiceCollection AddFetching(this IServiceCollection services) => services
        .AddSection<FetchingOptions, FetchingOptionsValidator>(FetchingOptions.Section)
        .AddSingleton<IHostAddresses, DnsHostAddresses>()
        .AddSingleton<FetchPolicy>()
        .AddSingleton<PinnedConnections>()
        .AddSingleton<PictureFetcher>();
}
