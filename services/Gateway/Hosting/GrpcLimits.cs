using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;

namespace Segmentation.Gateway.Hosting;

/// <summary>What holds for every gRPC service.</summary>
internal sealed class GrpcLimits(IOptions<UploadOptions> uploads) : IConfigureOptions<GrpcServiceOptions>
{
    public void Configure(GrpcServiceOptions options)
    {
        options.MaxReceiveMessageSize = (int)Math.Min(
            (long)uploads.Value.MaxImageBytes + KestrelEndpoints.MessageOverhead, int.MaxValue);
        options.EnableDetailedErrors = false;
        options.Interceptors.Add<ErrorInterceptor>();
    }
}
