using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Hosting;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Tests.Shared;

namespace Segmentation.Decoder.Tests;

/// <summary>The grain in real silos, called by a real client.</summary>
public sealed class ImageGrainTests : IAsyncLifetime
{
    private readonly FakeStore _store = new();
    private readonly FakeEngine _engine = new() { IsHeld = true };
    private InProcessTestCluster? _cluster;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private InProcessTestCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IEmbeddingStore>(_store);
            silo.Services.AddSingleton<IReadOnlyList<ModelSource>>(
                [new ModelSource(TestSilo.Model, 1000, Embedding.Length, () => _engine)]);
            silo.Services.Configure<DecoderOptions>(options => options.Workers = 2);
            silo.AddActivityPropagation().AddDecoder();
        });
        builder.ConfigureClient(client => client.AddActivityPropagation());
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _engine.Let(1000);
        await Cluster.DisposeAsync();
        _engine.Dispose();
    }

    [Fact]
    public async Task DecodeAsync_ThroughTheCluster_GivesMasks()
    {
        _engine.Let(2);
        var forms = MaskForms.Png | MaskForms.Polygons | MaskForms.Logits;
        var request = new DecodeRequest { Prompts = [Click(5)], Forms = forms };

        var reply = await Grain(_store.Add(1)).DecodeAsync(request, Cancel);

        Assert.Equal(DecodeStatus.Ok, reply.Status);
        Assert.Equal(3, Assert.Single(reply.Results).Length);
        var mask = reply.Results[0][0];
        Assert.Equal((7, 100, 10), (mask.Area, mask.Width, mask.Height));
        Assert.Equal(22, mask.Id.Length);
        Assert.Equal(256 * 256 * 4, mask.Logits!.Length);
        Assert.NotNull(mask.Png);
        Assert.NotNull(mask.Polygons);
    }

    [Fact]
    public async Task DecodeAsync_ThroughTheCluster_IsOneTraceFromTheClientToTheWorker()
    {
        _engine.Let(2);
        using var spans = new HeardSpans("Microsoft.Orleans.Application", "segmentation.decoder");
        var grain = Grain(_store.Add(1));
        using var call = spans.Begin();

        await grain.DecodeAsync(new() { Prompts = [Click(1)] }, Cancel);

        var calls = await spans.NextAsync("IImageGrain/DecodeAsync", 2);
        var client = calls.Single(span => span.Kind == ActivityKind.Client);
        var server = calls.Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal(call.SpanId, client.ParentSpanId);
        Assert.Equal(client.SpanId, server.ParentSpanId);
        Assert.Equal(server.SpanId, (await spans.OneAsync("prepare")).ParentSpanId);
        Assert.Equal(server.SpanId, (await spans.OneAsync("decode")).ParentSpanId);
    }

    [Fact]
    public async Task DecodeAsync_TwoPromptsOnOneImage_RunAtTheSameTime()
    {
        var grain = Grain(_store.Add(1));
        var first = grain.DecodeAsync(new() { Prompts = [Click(1)] }, Cancel);
        var second = grain.DecodeAsync(new() { Prompts = [Click(2)] }, Cancel);
        Assert.Equal("prepare 100", await _engine.NextAsync());
        _engine.Let(1);

        var runs = new[] { await _engine.NextAsync(), await _engine.NextAsync() };
        Assert.Equal(["segment 1", "segment 2"], runs.Order());
        _engine.Let(2);
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task DecodeAsync_CancelledByTheClient_FreesTheWorkerAndTheGrainGoesOn()
    {
        using var givesUp = new CancellationTokenSource();
        var grain = Grain(_store.Add(1));
        var call = grain.DecodeAsync(new() { Prompts = [Click(1)] }, givesUp.Token);
        await _engine.NextAsync();
        _engine.Let(1);
        await _engine.NextAsync();

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("segment 1", await _engine.NextCancelledAsync());

        _engine.Let(1);
        Assert.Equal(DecodeStatus.Ok, (await grain.DecodeAsync(new() { Prompts = [Click(2)] }, Cancel)).Status);
    }

    [Fact]
    public async Task DecodeAsync_NotInTheStore_IsNotFoundUntilItIs()
    {
        _engine.Let(10);
        var grain = Grain(FakeStore.Key(1));
        Assert.Equal(
            DecodeStatus.ImageNotFound, (await grain.DecodeAsync(new() { Prompts = [Click(1)] }, Cancel)).Status);
        _store.Add(1);
        Assert.Equal(DecodeStatus.Ok, (await grain.DecodeAsync(new() { Prompts = [Click(1)] }, Cancel)).Status);
    }

    [Fact]
    public async Task ForgetAsync_AnImage_HoldsNothingOfIt()
    {
        _engine.Let(10);
        var grain = Grain(_store.Add(1));
        await grain.DecodeAsync(new() { Prompts = [Click(1)], Refinable = true }, Cancel);
        var services = Cluster.Silos[0].ServiceProvider;
        Assert.Equal(FakeEngine.ImageBytes, services.GetRequiredService<HotImages>().SizeBytes);

        await grain.ForgetAsync(Cancel);

        Assert.Equal(0, services.GetRequiredService<HotImages>().SizeBytes);
        Assert.Equal(0, services.GetRequiredService<Decoder.Masks.MaskLogits>().SizeBytes);
    }

    [Fact]
    public async Task AdoptAsync_AnImageNotInTheStore_AnswersPrompts()
    {
        _engine.Let(10);
        var grain = Grain(FakeStore.Key(1));
        Assert.Null(await grain.FindAsync(Cancel));
        var image = new ImageData(100, 10, 1, "image/png");

        var status = await grain.AdoptAsync(new() { Image = image, Float16 = new byte[2_097_152] }, Cancel);

        Assert.Equal(DecodeStatus.Ok, status);
        Assert.Equal(image, await grain.FindAsync(Cancel));
        Assert.Equal(DecodeStatus.Ok, (await grain.DecodeAsync(new() { Prompts = [Click(1)] }, Cancel)).Status);
        Assert.Equal(0, _store.Reads);
    }

    [Fact]
    public async Task StopAsync_PromptOnAWorker_IsAnswered()
    {
        var call = Grain(_store.Add(1)).DecodeAsync(new() { Prompts = [Click(1)] }, Cancel);
        await _engine.NextAsync();
        _engine.Let(1);
        await _engine.NextAsync();

        var stop = Cluster.Silos[0].StopSiloAsync(stopGracefully: true);
        _engine.Let(1);
        await stop;

        Assert.Equal(DecodeStatus.Ok, (await call).Status);
    }

    private static PromptData Click(float x) => new() { Points = [new(x, 3, true)] };

    private IImageGrain Grain(EmbeddingKey key) => Cluster.Client.GetGrain<IImageGrain>(key.ToString());
}
