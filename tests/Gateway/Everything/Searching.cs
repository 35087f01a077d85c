using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using WantedOptions = Segmentation.Masks.Everything.EverythingOptions;

namespace Segmentation.Gateway.Tests.Everything;

/// <summary>Requests for everything, and ways to read what comes back.</summary>
internal static class Searching
{
    /// <summary>A search of the fake image by 8 x 8 points, sixteen in a part.</summary>
    public static SegmentEverythingRequest Request() => new()
    {
        ImageData = ByteString.CopyFrom(Requests.File),
        Options = new EverythingOptions { PointsPerSide = 8, PointsPerBatch = 16 },
    };

    /// <summary>The same options for the model library.</summary>
    public static WantedOptions Options { get; } = new() { PointsPerSide = 8, PointsPerBatch = 16 };

    /// <summary>A gateway with silos, whose routes tests can take away.</summary>
    public static Task<GatewayHost> StartAsync(SiloAddress[] silos, params (string Key, string Value)[] options) =>
        GatewayHost.StartAsync(
            services => services.AddSingleton(provider =>
            {
                var routes = new SiloRegistry(TimeProvider.System);
                foreach (var silo in silos)
                {
                    routes.Add(new SiloState(
                        provider.GetRequiredService<IGrainFactory>(), new() { Address = silo, Workers = 1 }));
                }

                return routes;
            }),
            options);

    public static SiloAddress[] Silos(int count) =>
        [.. Enumerable.Range(1, count).Select(i => SiloAddress.New(System.Net.IPAddress.Loopback, 1000 + i, i))];

    public static async Task<List<SegmentEverythingResponse>> SearchAsync(
        this GatewayHost host, SegmentEverythingRequest request, CancellationToken cancel, string tenant = "default")
    {
        using var call = host.Segmentation.SegmentEverything(request, Requests.As(tenant), cancellationToken: cancel);
        return await call.ResponseStream.ReadAllAsync(cancel).ToListAsync(cancel);
    }

    /// <summary>The final masks, as a text each.</summary>
    public static List<string> Masks(this IEnumerable<SegmentEverythingResponse> responses) =>
        [.. responses.Where(r => r.Mask is not null).Select(r => Text(r.Mask))];

    /// <summary>What the final masks must be.</summary>
    public static List<string> Expected(WantedOptions options)
    {
        var messages = new Gateway.Everything.MaskMessageWriter([]);
        return [.. FakeFinds.Expected(600, 400, options).Select((mask, i) => Text(messages.ToMessage(mask, i)))];
    }

    private static string Text(FoundMask mask) => mask.ToString();
}
