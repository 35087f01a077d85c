using Grpc.Net.Client;
using Segmentation.Protocol.V1;

namespace Segmentation.Standalone.Tests;

/// <summary>One running program for all tests of a class.</summary>
public sealed class RunningStandalone : IAsyncLifetime
{
    private StandaloneProcess _process = null!;
    private GrpcChannel _channel = null!;

    internal string Output => _process.Output;

    internal Uri Grpc => _process.Grpc;

    internal Uri Http => _process.Http;

    internal Uri Operators => _process.Operators;

    internal GrpcChannel Channel => _channel;

    internal ImageService.ImageServiceClient Images => new(_channel);

    internal SegmentationService.SegmentationServiceClient Segmentation => new(_channel);

    public async ValueTask InitializeAsync()
    {
        _process = await StandaloneProcess.StartReadyAsync(TestContext.Current.CancellationToken);
        _channel = GrpcChannel.ForAddress(_process.Grpc, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await (_process?.DisposeAsync() ?? default);
    }
}
