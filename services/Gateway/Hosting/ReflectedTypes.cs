using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Health.V1;
using Grpc.Reflection;
using Segmentation.Doors.OpenInference;
using Segmentation.Gateway.Contract;
using Segmentation.Protocol.Inference;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Hosting;

/// <summary>Registers the types that gRPC reflection describes.</summary>
internal static class ReflectedTypes
{
    private static readonly string[] _services =
    [
        ImageService.Descriptor.FullName,
        ModelService.Descriptor.FullName,
        SegmentationService.Descriptor.FullName,
        UsageService.Descriptor.FullName,
        Health.Descriptor.FullName,
        .. ProjectContract.Services.Select(service => service.FullName),
    ];

    /// <summary>
    /// Adds the services' types and those of error details: no proto imports these, and without them a generic client
    /// cannot show the error of a live session.
    /// </summary>
    public static IServiceCollection AddReflectedTypes(this IServiceCollection services)
    {
        return services
            .AddSingleton(provider => new ReflectionServiceImpl(ServicesOf(provider), SymbolsOf(provider)))
            .AddSingleton(provider => new ReflectionV1ServiceImpl(ServicesOf(provider), SymbolsOf(provider)));
    }

    private static string[] ServicesOf(IServiceProvider provider) =>
        HasInference(provider) ? [.. _services, GRPCInferenceService.Descriptor.FullName] : _services;

    private static SymbolRegistry SymbolsOf(IServiceProvider provider) => SymbolRegistry.FromFiles(
        [
            ImageServiceReflection.Descriptor,
            ModelServiceReflection.Descriptor,
            SegmentationServiceReflection.Descriptor,
            UsageServiceReflection.Descriptor,
            HealthReflection.Descriptor,
            ErrorDetailsReflection.Descriptor,
            .. ProjectContract.Services.Select(service => service.File),
            .. HasInference(provider) ? [OpenInferenceReflection.Descriptor] : Array.Empty<FileDescriptor>(),
        ]);

    /// <summary>Whether the door of the Open Inference Protocol is open, which has a service of its own.</summary>
    private static bool HasInference(IServiceProvider provider) => provider.GetService<OpenInferenceDoor>() is not null;
}
