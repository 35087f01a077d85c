using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Grpc;

/// <summary>Limits and settings of all gRPC services.</summary>
internal sealed class GrpcLimits(IOptions<UploadOptions> uploads)
    : IConfigureOptions<GrpcServiceOptions>, IConfigureOptions<KestrelServerOptions>
{
    public void Configure(GrpcServiceOptions options)
    {
        options.MaxReceiveMessageSize = (int)Math.Min(uploads.Value.MaxMessageBytes, int.MaxValue);
        options.EnableDetailedErrors = false;
        for (var i = 0; i < options.CompressionProviders.Count; i++)
        {
            options.CompressionProviders[i] = new CheckedCompression(options.CompressionProviders[i]);
        }

        options.Interceptors.Add<ErrorInterceptor>();
    }

    public void Configure(KestrelServerOptions options)
    {
        // The limit for a whole unary call; streams are limited by what they carry.
        options.Limits.MaxRequestBodySize = uploads.Value.MaxMessageBytes;

        // The server's least rate is an average over the whole request, which bytes of the beginning make up for, and
        // ends all calls of the connection. Whoever reads a body here waits for it by way of RequestIntake.
        options.Limits.MinRequestBodyDataRate = null;
    }
}
