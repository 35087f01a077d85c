using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Tests.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Tests.Hosting;

/// <summary>Calls that a program makes to its own gateway.</summary>
public sealed class InProcessPortTests
{
    private static readonly Metadata _anna = new() { { "x-segmentation-tenant", "anna" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_FromThisProcess_NamesItsTenantWithoutACredential()
    {
        using var keys = new KeyRingFile();
        await keys.AddAsync("bert");
        await using var host = await GatewayHost.StartAsync(services => services.AddInProcessPort(), keys.Option);
        using var channel = GrpcChannel.ForAddress(
            InProcessPort.Address,
            new GrpcChannelOptions { HttpHandler = host.App.Services.GetRequiredService<InProcessPort>().CreateHandler() });
        var usage = new UsageService.UsageServiceClient(channel);

        var answer = await usage.GetUsageAsync(new(), _anna, cancellationToken: Cancel);
        var nobody = await Requests.FailsAsync(
            StatusCode.Unauthenticated, () => usage.GetUsageAsync(new(), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal("anna", answer.Tenant);
        Assert.Equal("TENANT_MISSING", nobody.Reason());
    }

    [Fact]
    public async Task Call_FromOutside_NeedsACredential()
    {
        using var keys = new KeyRingFile();
        await keys.AddAsync("bert");
        await using var host = await GatewayHost.StartAsync(services => services.AddInProcessPort(), keys.Option);

        var status = await Requests.FailsAsync(StatusCode.Unauthenticated, () =>
            new UsageService.UsageServiceClient(host.Channel).GetUsageAsync(new(), _anna, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal("CREDENTIAL_MISSING", status.Reason());
    }

    [Fact]
    public async Task Call_OfAStream_PassesInBothDirections()
    {
        await using var host = await GatewayHost.StartAsync(services => services.AddInProcessPort());
        using var channel = GrpcChannel.ForAddress(
            InProcessPort.Address,
            new GrpcChannelOptions { HttpHandler = host.App.Services.GetRequiredService<InProcessPort>().CreateHandler() });
        using var call = new ImageService.ImageServiceClient(channel).UploadImage(_anna, cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(
            new() { Chunk = Google.Protobuf.ByteString.CopyFrom(Requests.File) }, Cancel);
        await call.RequestStream.CompleteAsync();

        var image = await call.ResponseAsync;

        Assert.Equal(Requests.IdOf(Requests.File), image.Id);
    }
}
