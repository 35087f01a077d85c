using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Routing;
using Segmentation.Gateway.Telemetry;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Images;

public sealed class IdleUploadTests
{
    [Fact]
    public async Task Receive_NothingArrivesForTooLong_EndsAndGivesItsMemoryBack()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = Options.Create(new UploadOptions());
        var (clock, store, budget) = (new FakeTimeProvider(), new FakeStore(), new UploadBudget(options));
        var hot = new HotImages(new SiloRoutes(TimeProvider.System), store);
        var library = new ImageLibrary(
            store, new FakeEncoder(store), hot, GatewayHost.Model, budget, TimeProvider.System);
        var metrics = new GatewayMetrics(services.GetRequiredService<IMeterFactory>());
        var client = new StalledClient();
        var receiving = new ImageUpload(library, budget, options, metrics, clock)
            .ReceiveAsync("default", client, UploadFields.Grpc, TestContext.Current.CancellationToken);
        await client.Stalled.Task;
        Assert.NotEqual(0, budget.Reserved);

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(receiving.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var outcome = await receiving;

        Assert.Equal("UPLOAD_IDLE", outcome.Problem!.Reason());
        Assert.Equal(0, budget.Reserved);
    }

    /// <summary>Sends one chunk and nothing more.</summary>
    private sealed class StalledClient : IAsyncStreamReader<UploadImageRequest>
    {
        private bool _sent;

        public TaskCompletionSource Stalled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public UploadImageRequest Current { get; } = new() { Chunk = Google.Protobuf.ByteString.CopyFrom(1) };

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (_sent)
            {
                Stalled.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return _sent = true;
        }
    }
}
