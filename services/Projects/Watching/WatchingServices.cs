namespace Segmentation.Projects.Watching;

/// <summary>Adds signals of changed pictures to a host.</summary>
internal static class WatchingServices
{
    /// <summary>Adds the signals and what carries them between processes.</summary>
    public static IServiceCollection AddWatching(this IServiceCollection services) => services
        .AddSingleton<PictureSignals>()
        .AddHostedService<PostgresSignals>()
        .AddHostedService<PictureLook>();
}
