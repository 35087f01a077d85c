using Microsoft.Extensions.DependencyInjection;

namespace Segmentation.Doors.LabelStudio;

/// <summary>Adds what the door for Label Studio remembers and does.</summary>
internal static class LabelStudioServices
{
    /// <summary>Adds its services.</summary>
    public static IServiceCollection AddLabelStudio(this IServiceCollection services) => services
        .AddSingleton<AccessTokens>()
        .AddSingleton<KnownPictures>()
        .AddSingleton<ProjectStates>()
        .AddSingleton<TaskPictures>()
        .AddSingleton<PredictionAnswers>();
}
