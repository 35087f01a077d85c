using Google.Rpc;
using Grpc.Health.V1;
using Grpc.Reflection;
using Segmentation.Gateway.Contract;
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
        var symbols = SymbolRegistry.FromFiles(
        [
            ImageServiceReflection.Descriptor,
            ModelServiceReflection.Descriptor,
            SegmentationServiceReflection.Descriptor,
            UsageServiceReflection.Descriptor,
            HealthReflection.Descriptor,
            ErrorDetailsReflection.Descriptor,
            .. ProjectContract.Services.Select(service => service.File),
        ]);
        return services
            .AddSingleton(new ReflectionServiceImpl(_services, symbols))
            .AddSingleton(new ReflectionV1ServiceImpl(_services, symbols));
    }
}
