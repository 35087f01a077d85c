using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Grpc;

/// <summary>Binds the service's methods.</summary>
internal static class ImageMethods
{
    /// <summary>Called by the framework for the routes of <see cref="ImageEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, ImageService.ImageServiceBase? service) =>
        ImageService.BindService(new CheckedMethods(binder), service!);
}
