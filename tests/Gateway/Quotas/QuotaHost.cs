using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Identity.Quotas;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Quotas;

/// <summary>
/// A gateway whose clock a test turns: a tenant has 1 unit a second and 40 at once, ten of which are there before the first
/// settlement. An image takes 4 units, a prompt 1, a grid point a sixteenth, a crop 2.
/// </summary>
internal sealed class QuotaHost : IAsyncDisposable
{
    private QuotaHost(GatewayHost host, FakeTimeProvider clock) => (Host, Clock) = (host, clock);

    public GatewayHost Host { get; }

    public FakeTimeProvider Clock { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<QuotaHost> StartAsync(params (string Key, string Value)[] options)
    {
        var clock = new FakeTimeProvider(new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        return new(
            await GatewayHost.StartAsync(
                services => services.AddSingleton<TimeProvider>(clock),
                [
                    ("Segmentation:Quotas:UnitsPerSecond", "1"),
                    ("Segmentation:Quotas:Burst", "40"),
                    ("Segmentation:Quotas:ImageUnits", "4"),
                    ("Segmentation:Quotas:PointUnits", "0.0625"),
                    ("Segmentation:Quotas:CropUnits", "2"),
                    .. options,
                ]),
            clock);
    }

    /// <summary>A request for masks of the image of <see cref="Requests.File"/>.</summary>
    public static SegmentRequest Request(int prompts, bool isInline = false)
    {
        var request = new SegmentRequest { Prompts = { Enumerable.Range(1, prompts).Select(i => Requests.Click(i, i)) } };
        if (isInline)
        {
            request.ImageData = ByteString.CopyFrom(Requests.File);
        }
        else
        {
            request.ImageId = Requests.IdOf(Requests.File);
        }

        return request;
    }

    public async Task<SegmentResponse> SegmentAsync(int prompts, bool isInline = false, string tenant = "default") =>
        await Host.Segmentation.SegmentAsync(Request(prompts, isInline), Requests.As(tenant), cancellationToken: Cancel);

    public async Task<Usage> UsageAsync(string tenant = "default") =>
        await new UsageService.UsageServiceClient(Host.Channel).GetUsageAsync(
            new GetUsageRequest(), Requests.As(tenant), cancellationToken: Cancel);

    /// <summary>Units that the tenant has used.</summary>
    public async Task<double> UsedAsync(string tenant = "default") => (await UsageAsync(tenant)).Units.UsedToday;

    /// <summary>Lets time pass, with all settlements in it.</summary>
    public void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += QuotaLedger.Period)
        {
            Clock.Advance(QuotaLedger.Period);
        }
    }

    /// <summary>Checks a refusal for the quota of units, and returns the time to wait.</summary>
    public static TimeSpan CheckRefusal(RpcStatus status, string tenant = "default")
    {
        Assert.Equal((int)StatusCode.ResourceExhausted, status.Code);
        Assert.Equal("QUOTA_EXCEEDED", status.Reason());
        var violation = Assert.Single(status.GetDetail<Google.Rpc.QuotaFailure>()!.Violations);
        Assert.Equal($"tenant:{tenant}", violation.Subject);
        var wait = status.RetryDelay()!.Value;
        Assert.InRange(wait, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        return wait;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
