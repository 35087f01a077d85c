using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Web;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Hosting;

/// <summary>
/// The lines that a person sees when the gateway is ready: the studio's page, its addresses, and a line to try both
/// public ports.
/// </summary>
internal sealed partial class StartupBanner(
    HostAddresses addresses,
    ModelDirectory models,
    StudioFolder studio,
    IEnumerable<BannerLine> lines,
    ILogger<StartupBanner> logger)
{
    /// <summary>Writes the banner.</summary>
    public void Show()
    {
        var grpc = HostAddresses.Reachable(addresses.Grpc);
        var http = HostAddresses.Reachable(addresses.Http);
        var plain = grpc.Scheme == Uri.UriSchemeHttps ? "" : "-plaintext ";
        var page = studio.Exists ? $"{http}" : "not built: build again where Node 20.19 or later is";
        var all = models.All.Count == 1 ? models.All[0].Id : string.Join(", ", models.All.Select(model => model.Id));
        var more = string.Concat(lines.Select(line => $"\n  {line.Name,-14} {line.Text}"));
        Ready(logger, all, page, addresses.Grpc, addresses.Http, addresses.Operators, more, plain, grpc.Authority, http);
    }

    [LoggerMessage(1, LogLevel.Information, """
        Segmentation is ready, with model {Model}.
          Studio         {Studio}
          gRPC (HTTP/2)  {Grpc}
          HTTP/1.1       {Http}
          Operators      {Operators}{More}
        Try:
          grpcurl {Plain}{GrpcAuthority} describe segmentation.v1.SegmentationService
          curl {TryHttp}readyz
        """)]
    private static partial void Ready(
        ILogger logger,
        string model,
        string studio,
        Uri grpc,
        Uri http,
        Uri operators,
        string more,
        string plain,
        string grpcAuthority,
        Uri tryHttp);
}
