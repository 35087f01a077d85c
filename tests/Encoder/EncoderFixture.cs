using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Segmentation.Embeddings;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Queue;

namespace Segmentation.Encoder.Tests;

/// <summary>An encoder tier in a host, on a pipeline that tests hold still.</summary>
internal sealed class EncoderFixture : IAsyncDisposable
{
    private static readonly ModelIdentity _model = new("tiny", new string('a', 64), "v1");
    private readonly IHost _host;

    private EncoderFixture(IHost host) => _host = host;

    public FakePipeline Pipeline => (FakePipeline)_host.Services.GetRequiredService<IImagePipeline>();

    public IImageEncoder Encoder => _host.Services.GetRequiredService<IImageEncoder>();

    public IEmbeddingStore Store => _host.Services.GetRequiredService<IEmbeddingStore>();

    public EncodeQueue Queue => _host.Services.GetRequiredService<EncodeQueue>();

    public static EmbeddingKey Key(int number) => EmbeddingKey.Create("default", _model, number.ToString("x64", null));

    public static byte[] File(byte kind, byte number = 0) => [kind, number];

    public static IHost CreateHost(params (string Name, string Value)[] options)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(options.Select(
            o => KeyValuePair.Create<string, string?>($"Segmentation:Encoder:{o.Name}", o.Value)));
        builder.Services.AddInMemoryEmbeddings();
        builder.Services.AddSingleton(_model);
        builder.Services.AddSingleton<IImagePipeline, FakePipeline>();
        builder.Services.AddEncoder();
        return builder.Build();
    }

    public static async Task<EncoderFixture> StartAsync(params (string Name, string Value)[] options)
    {
        var host = CreateHost(options);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new EncoderFixture(host);
    }

    public Task<EncodeReply> Encode(
        int key, byte kind = FakePipeline.Good, CancellationToken cancellationToken = default) =>
        Encoder.EncodeAsync(Key(key), File(kind, (byte)key), cancellationToken);

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Whatever a test left on a worker goes through, so that the host can stop.
        Pipeline.Let(100);
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
