using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Cvat;
using Segmentation.Doors.Fetching;
using Segmentation.Doors.LabelStudio;
using Segmentation.Doors.OpenInference;
using Segmentation.Doors.Roboflow;
using Segmentation.Doors.Samapi;
using Segmentation.Doors.Samgeo;
using Segmentation.Doors.XAnyLabeling;

namespace Segmentation.Doors.Hosting;

/// <summary>Adds the doors that an operator has opened.</summary>
public static class DoorServices
{
    /// <summary>Adds the doors whose section says <c>Enabled</c>, with their options.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's configuration.</param>
    public static IServiceCollection AddDoors(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddFetching()
            .AddLabelStudio()
            .AddDoor<CvatDoor, CvatOptions, CvatOptionsValidator>(configuration, CvatOptions.Name)
            .AddDoor<LabelStudioDoor, LabelStudioOptions, LabelStudioOptionsValidator>(configuration, "LabelStudio")
            .AddDoor<OpenInferenceDoor, OpenInferenceOptions, OpenInferenceOptionsValidator>(configuration, OpenInferenceOptions.Name)
            .AddDoor<RoboflowDoor, RoboflowOptions, RoboflowOptionsValidator>(configuration, RoboflowOptions.Name)
            .AddDoor<SamapiDoor, SamapiOptions, SamapiOptionsValidator>(configuration, SamapiOptions.Name)
            .AddDoor<SamgeoDoor, SamgeoOptions, SamgeoOptionsValidator>(configuration, SamgeoOptions.Name)
            .AddDoor<XAnyLabelingDoor, XAnyLabelingOptions, XAnyLabelingOptionsValidator>(configuration, XAnyLabelingOptions.Name);

    /// <summary>Adds one door, where it is open. Its options are checked at start also where it is not.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="name">Name of its section below <c>Segmentation:Doors</c>.</param>
    private static IServiceCollection AddDoor<TDoor, TOptions, TValidator>(
        this IServiceCollection services, IConfiguration configuration, string name)
        where TDoor : class, IDoor
        where TOptions : DoorOptions
        where TValidator : class, IValidateOptions<TOptions>
    {
        var section = $"{DoorOptions.Section}:{name}";
        services.AddSection<TOptions, TValidator>(section);
        return configuration.GetValue<bool>($"{section}:{nameof(DoorOptions.Enabled)}")
            ? services.AddSingleton<TDoor>().AddSingleton<IDoor>(provider => provider.GetRequiredService<TDoor>())
            : services;
    }
}
