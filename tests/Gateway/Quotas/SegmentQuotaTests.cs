using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Tests.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Quotas;

/// <summary>Charging of uploads and of Segment.</summary>
public sealed class SegmentQuotaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Segment_OverTheQuota_IsRefusedBeforeItIsDecodedAndAdmittedWhenTold()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.SegmentAsync(5, isInline: true);
        var decoded = quotas.Host.Grain.Requests.Count;

        var status = await Requests.FailsAsync(StatusCode.ResourceExhausted, () => quotas.SegmentAsync(35));

        var wait = QuotaHost.CheckRefusal(status);
        Assert.Equal(decoded, quotas.Host.Grain.Requests.Count);
        Assert.Equal(9, await quotas.UsedAsync());
        quotas.Pass(wait);
        await quotas.SegmentAsync(35);
        Assert.Equal(44, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Segment_InlineImageOverTheQuota_IsNotEncoded()
    {
        await using var quotas = await QuotaHost.StartAsync();

        var status = await Requests.FailsAsync(
            StatusCode.ResourceExhausted, () => quotas.SegmentAsync(7, isInline: true));

        QuotaHost.CheckRefusal(status);
        Assert.Empty(quotas.Host.Encoder.Encoded);
    }

    [Fact]
    public async Task Segment_BadPrompt_CostsNothing()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.Host.UploadAsync(Requests.File);
        var request = QuotaHost.Request(2);
        request.Prompts[1].Points[0].X = 700;

        await Requests.FailsAsync(
            StatusCode.InvalidArgument,
            async () => await quotas.Host.Segmentation.SegmentAsync(request, cancellationToken: Cancel));

        Assert.Equal(4, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Segment_DecoderFull_CostsNothing()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.Host.UploadAsync(Requests.File);
        quotas.Host.Grain.Before = (_, _, _) => Task.FromResult<DecodeReply?>(
            new DecodeReply { Status = DecodeStatus.Overloaded, RetryAfter = TimeSpan.FromSeconds(1) });

        await Requests.FailsAsync(StatusCode.ResourceExhausted, () => quotas.SegmentAsync(2));

        Assert.Equal(4, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Upload_OfAnImageThatIsHeld_CostsNothing()
    {
        await using var quotas = await QuotaHost.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await quotas.Host.UploadAsync(Requests.File);
        }

        Assert.Equal(4, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Upload_OverTheQuota_IsNotEncoded()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.Host.UploadAsync(Requests.File);
        await quotas.Host.UploadAsync(Requests.OtherFile);

        var status = await Requests.FailsAsync(
            StatusCode.ResourceExhausted, () => quotas.Host.UploadAsync([1, 1, 1]));

        var wait = QuotaHost.CheckRefusal(status);
        Assert.Equal(2, quotas.Host.Encoder.Encoded.Count);
        quotas.Pass(wait);
        await quotas.Host.UploadAsync([1, 1, 1]);
    }

    [Fact]
    public async Task Upload_AnnouncedOverTheQuota_IsRefusedBeforeItsBytesCome()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.SegmentAsync(6, isInline: true);
        using var call = quotas.Host.Images.UploadImage(cancellationToken: Cancel);

        await call.RequestStream.WriteAsync(
            new() { Metadata = new() { Id = Requests.IdOf(Requests.OtherFile), SizeBytes = 3 } }, Cancel);

        QuotaHost.CheckRefusal(await Requests.FailsAsync(StatusCode.ResourceExhausted, () => call.ResponseAsync));
    }

    [Theory]
    [InlineData(EncodeStatus.Overloaded, 0)]
    [InlineData(EncodeStatus.Unavailable, 0)]
    [InlineData(EncodeStatus.InvalidImage, 4)]
    public async Task Upload_NotEncoded_IsChargedWhereTheFileWasRead(EncodeStatus answer, double units)
    {
        await using var quotas = await QuotaHost.StartAsync();
        quotas.Host.Encoder.Handler = (_, _) => Task.FromResult(new EncodeReply { Status = answer });

        await Assert.ThrowsAsync<RpcException>(() => quotas.Host.UploadAsync(Requests.File));

        Assert.Equal(units, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Segment_AnotherTenant_IsNotTouched()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.SegmentAsync(6, isInline: true);
        await Requests.FailsAsync(StatusCode.ResourceExhausted, () => quotas.SegmentAsync(1));

        await quotas.SegmentAsync(6, isInline: true, tenant: "other");
    }

    [Fact]
    public async Task Segment_KeyWithFiguresOfItsOwn_HasThem()
    {
        using var keys = new KeyRingFile();
        var (own, usual) = (await keys.AddAsync("acme", unitsPerSecond: 1, burst: 32), await keys.AddAsync("acme"));
        await using var quotas = await QuotaHost.StartAsync(keys.Option, ("Segmentation:Quotas:UnitsPerSecond", "100"));
        var segmentation = quotas.Host.Segmentation;

        await segmentation.SegmentAsync(QuotaHost.Request(4, isInline: true), As(own), cancellationToken: Cancel);
        QuotaHost.CheckRefusal(
            await Requests.FailsAsync(
                StatusCode.ResourceExhausted,
                async () => await segmentation.SegmentAsync(QuotaHost.Request(1), As(own), cancellationToken: Cancel)),
            "acme");
        await segmentation.SegmentAsync(QuotaHost.Request(5), As(usual), cancellationToken: Cancel);
    }

    [Fact]
    public async Task Segment_ByDefault_HasNoLimit()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);

        for (var i = 0; i < 20; i++)
        {
            await host.Segmentation.SegmentAsync(QuotaHost.Request(256), cancellationToken: Cancel);
        }

        var usage = await new UsageService.UsageServiceClient(host.Channel).GetUsageAsync(
            new GetUsageRequest(), cancellationToken: Cancel);
        Assert.Null(usage.Units);
    }

    private static Metadata As(string key) => new() { { "x-api-key", key } };
}
