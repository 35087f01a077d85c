using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Images;

namespace Segmentation.Gateway.Hosting;

/// <summary>Two ports: cleartext HTTP/2 cannot be negotiated on a port that also speaks HTTP/1.1.</summary>
internal sealed class KestrelEndpoints(
    IOptions<EndpointOptions> endpoints, IOptions<UploadOptions> uploads, IStartupValidator allOptions)
    : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>Room in a message for everything besides an image.</summary>
    public const int MessageOverhead = 1024 * 1024;

    private const int MiB = 1024 * 1024;

    public void Configure(KestrelServerOptions options)
    {
        // The server is configured while the host is built, before options are checked: all that are wrong shall be
        // reported, not the first one read.
        allOptions.Validate();
        var address = IPAddress.Parse(endpoints.Value.Address);

        // Addresses are published in this order, which is how GatewayAddresses tells them apart.
        options.Listen(address, endpoints.Value.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        options.Listen(address, endpoints.Value.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);

        // The limit for a whole unary call; streams are limited by what they carry.
        options.Limits.MaxRequestBodySize = (long)uploads.Value.MaxImageBytes + MessageOverhead;

        // At 20 ms of round trip the default window of 768 KiB holds an upload to 38 MB/s; 4 MiB to 200.
        options.Limits.Http2.InitialStreamWindowSize = 4 * MiB;
        options.Limits.Http2.InitialConnectionWindowSize = 16 * MiB;

        // A live session whose client vanished without a word is noticed within a minute.
        options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        options.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        options.AddServerHeader = false;
    }
}
