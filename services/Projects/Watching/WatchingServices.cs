namespace Segmentation.Projects.Watching;

/// <summary>Adds to a host what tells people of changes.</summary>
internal static class WatchingServices
{
    /// <summary>Adds watches of work, the signals of changed pictures, and what carries these between processes.</summary>
    public static IServiceCollection AddWatching(this IServiceCollection services) => services
        .AddSingleton<StateWatch>()
        .AddSingleton<PictureSignals>()
        .AddHostedService<PostgresSignals>()
        .AddHostedService<PictureLook>();
}
