using Segmentation.Embeddings;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Hosting;

/// <summary>What a person sees when the gateway is ready: where it listens, and a line to try each port.</summary>
internal sealed partial class StartupBanner(
    HostAddresses addresses, ModelIdentity model, ILogger<StartupBanner> logger)
{
    /// <summary>Writes the banner.</summary>
    public void Show()
    {
        var grpc = HostAddresses.Reachable(addresses.Grpc);
        var http = HostAddresses.Reachable(addresses.Http);
        Ready(logger, model.Id, addresses.Grpc, addresses.Http, grpc.Authority, http);
    }

    [LoggerMessage(1, LogLevel.Information, """
        Segmentation is ready, with model {Model}.
          gRPC (HTTP/2)  {Grpc}
          HTTP/1.1       {Http}
        Try:
          grpcurl -plaintext {GrpcAuthority} describe segmentation.v1.SegmentationService
          curl {TryHttp}readyz
        """)]
    private static partial void Ready(
        ILogger logger, string model, Uri grpc, Uri http, string grpcAuthority, Uri tryHttp);
}
