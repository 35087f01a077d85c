using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Segmentation.Common;
using Segmentation.Embeddings;
using Segmentation.Embeddings.Hosting;
using Segmentation.Embeddings.Storage;
using Segmentation.Encoder.Admission;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Hosting;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Queue;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Tests;

/// <summary>An encoder tier in a host, on a pipeline that tests hold still.</summary>
internal sealed class EncoderFixture : IAsyncDisposable
{
    private static readonly ModelIdentity _model = new("tiny", new string('a', 64), "v1");
    private static readonly ModelIdentity _otherModel = new("other", new string('c', 64), "v1");
    private readonly IHost _host;
    private readonly Channel<double> _ready = Channel.CreateUnbounded<double>();
    private readonly MeterListener _listener = new();

    private EncoderFixture(IHost host)
    {
        _host = host;
        var scope = host.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == scope && instrument.Name == "segmentation.encoder.prepare.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, _, _) => Assert.True(_ready.Writer.TryWrite(value)));
        _listener.Start();
    }

    public FakePipeline Pipeline => PipelineOf(0);

    /// <summary>Pipeline of the second model, in a host that has two.</summary>
    public FakePipeline OtherPipeline => PipelineOf(1);

    public OpenModels Models => _host.Services.GetRequiredService<OpenModels>();

    public IImageEncoder Encoder => _host.Services.GetRequiredService<IImageEncoder>();

    public IEmbeddingStore Store => _host.Services.GetRequiredService<IEmbeddingStore>();

    public IMeterFactory Meters => _host.Services.GetRequiredService<IMeterFactory>();

    public EncodeQueue Queue => _host.Services.GetRequiredService<EncodeQueue>();

    public ReadBudget ReadBudget => _host.Services.GetRequiredService<ReadBudget>();

    /// <summary>Key of an image in the second model.</summary>
    public static EmbeddingKey OtherKey(int number) =>
        EmbeddingKey.Create("default", _otherModel, number.ToString("x64", null));

    public static EmbeddingKey Key(int number) => EmbeddingKey.Create("default", _model, number.ToString("x64", null));

    public static byte[] File(byte kind, byte number = 0) => [kind, number];

    public static IHost CreateHost(params (string Name, string Value)[] options) => CreateHost(_ => { }, options);

    private static IHost CreateHost(
        Action<IServiceCollection> configure, params (string Name, string Value)[] options)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("Segmentation:Encoder:PrepareWorkers", "1")]);
        foreach (var (name, value) in options)
        {
            // One that is named twice has the value it was given last.
            builder.Configuration.AddInMemoryCollection([new(PathOf(name), value)]);
        }

        builder.Services.AddEmbeddings(builder.Configuration);
        builder.Services.AddSingleton(provider => new OpenModels(ModelOf(_model, BatchSizeOf(provider))));
        builder.Services.AddEncoder();
        configure(builder.Services);
        return builder.Build();
    }

    /// <summary>A tier of two models, of which the second has more values.</summary>
    public static Task<EncoderFixture> StartTwoModelsAsync(params (string Name, string Value)[] options) =>
        StartTwoModelsAsync(TimeProvider.System, options);

    public static Task<EncoderFixture> StartTwoModelsAsync(
        TimeProvider clock, params (string Name, string Value)[] options) => StartAsync(CreateHost(
        services => services.AddSingleton(clock).AddSingleton(provider => new OpenModels(
            ModelOf(_model, BatchSizeOf(provider)),
            ModelOf(_otherModel, BatchSizeOf(provider), Embedding.Length + 4096))),
        options));

    /// <summary>A model of a pipeline that tests hold still.</summary>
    public static EncoderModel ModelOf(
        ModelIdentity model, int batchSize = 1, int embeddingLength = Embedding.Length) =>
        new(model, new FakePipeline(), embeddingLength, batchSize, sizeBytes: 1000);

    private static int BatchSizeOf(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<EncoderOptions>>().Value.BatchSize;

    public static Task<EncoderFixture> StartAsync(params (string Name, string Value)[] options) =>
        StartAsync(CreateHost(options));

    public static Task<EncoderFixture> StartAsync(TimeProvider clock, params (string Name, string Value)[] options) =>
        StartAsync(CreateHost(services => services.AddSingleton(clock), options));

    public static Task<EncoderFixture> StartAsync(long storeBytes) => StartAsync(CreateHost(
        services => services.Configure<EmbeddingStoreOptions>(options => options.CapacityBytes = storeBytes)));

    /// <summary>An encoder process that shares a Redis with others.</summary>
    public static Task<EncoderFixture> StartWithRedisAsync(string connectionString) =>
        StartAsync(("Segmentation:Redis:Cache", connectionString));

    private static async Task<EncoderFixture> StartAsync(IHost host)
    {
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new EncoderFixture(host);
    }

    // Options of the encoder by their name, others by their path.
    private static string PathOf(string name) =>
        name.Contains(':', StringComparison.Ordinal) ? name : $"Segmentation:Encoder:{name}";

    public Task<EncodeReply> Encode(
        int key, byte kind = FakePipeline.Good, CancellationToken cancellationToken = default) =>
        Encoder.EncodeAsync(Key(key), File(kind, (byte)key), cancellationToken);

    public Task<EncodeReply> EncodeInBatchLane(int key, CancellationToken cancellationToken) =>
        _host.Services.GetRequiredService<EncodeService>().RunAsync(
            new(Key(key), File(FakePipeline.Good, (byte)key), null, Lane.Batch), cancellationToken);

    /// <summary>Encodes an image of another tenant, that announces some cost.</summary>
    public Task<EncodeReply> EncodeOf(string tenant, int number, ReadCost? cost = null)
    {
        if (cost is not null)
        {
            Pipeline.Costs[(byte)number] = cost;
        }

        var key = EmbeddingKey.Create(tenant, _model, number.ToString("x64", null));
        return Encoder.EncodeAsync(key, File(FakePipeline.Good, (byte)number), TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until so many more images are read and ready to be encoded.</summary>
    public async Task ReadyAsync(int images)
    {
        for (var i = 0; i < images; i++)
        {
            await _ready.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }
    }

    public Task<EncodeReply> EncodeByOther(int key) => Encoder.EncodeAsync(
        OtherKey(key), File(FakePipeline.Good, (byte)key), TestContext.Current.CancellationToken);

    private FakePipeline PipelineOf(int model) => (FakePipeline)Models.All[model].Pipeline;

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Whatever a test left on a worker goes through, so that the host can stop.
        foreach (var model in Models.All)
        {
            ((FakePipeline)model.Pipeline).Let(100);
            ((FakePipeline)model.Pipeline).LetRuns(100);
        }

        await _host.StopAsync(CancellationToken.None);
        _listener.Dispose();
        _host.Dispose();
    }
}
