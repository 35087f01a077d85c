using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Options;
using Segmentation.Common.Tls;
using Segmentation.Protocol.Encoder.V1;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// One channel over all encoders: each image goes to the one with the least to do among those that serve its model.
/// </summary>
internal sealed class EncoderChannel : IDisposable
{
    /// <summary>
    /// Bytes of an answer with an embedding, which the encoder could not store: 8.4 MB of SAM 2, 12.6 MB of SAM-HQ.
    /// </summary>
    private const int LargestAnswer = 16 << 20;

    private readonly ServiceProvider _resolvers;
    private readonly GrpcChannel _channel;
    private readonly EncoderModels _models;
    private readonly EncoderSurvey _survey;
    private readonly TimeProvider _clock;

    public EncoderChannel(
        IOptions<EncodersOptions> options,
        EncoderLookup lookup,
        EncoderAvailability reach,
        EncoderModels models,
        EncoderWork work,
        ClusterTls tls,
        ILoggerFactory loggers,
        TimeProvider clock)
    {
        (_models, _clock) = (models, clock);
        if (!EncoderAddresses.TryParse(options.Value.Address, out var addresses))
        {
            throw new ArgumentException($"'{options.Value.Address}' is no address of encoders.", nameof(options));
        }

        _resolvers = new ServiceCollection()
            .AddSingleton(addresses.Resolver(lookup, reach, clock))
            .AddSingleton<LoadBalancerFactory>(new LeastLoadedBalancer.Factory(reach, models, clock))
            .BuildServiceProvider();
        _channel = GrpcChannel.ForAddress(addresses.Target, new GrpcChannelOptions
        {
            Credentials = tls.IsOn ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            HttpHandler = Handler(tls),
            DisposeHttpClient = true,
            LoggerFactory = loggers,
            MaxReceiveMessageSize = LargestAnswer,
            ServiceProvider = _resolvers,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new LeastLoadedBalancer.Config() } },

            // An encoder that has restarted is noticed within a second: uploads wait for it.
            InitialReconnectBackoff = TimeSpan.FromSeconds(0.25),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        });
        Client = new EncoderService.EncoderServiceClient(_channel);
        _survey = new EncoderSurvey(Client, models, work, clock);
    }

    /// <summary>The encoders.</summary>
    public EncoderService.EncoderServiceClient Client { get; }

    /// <summary>True when an encoder is in reach.</summary>
    public bool IsReady => _channel.State == ConnectivityState.Ready;

    /// <summary>Waits until an encoder is in reach.</summary>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>True when one is; false when the timeout was over.</returns>
    public Task<bool> ReadyAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadyAsync(model: null, timeout, cancellationToken);

    /// <summary>Waits until an encoder is in reach that serves a model.</summary>
    /// <param name="model">A name of <see cref="EncoderModels.NameOf(string, string)"/>; null for any.</param>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>True when one is; false when the timeout was over.</returns>
    public async Task<bool> ReadyAsync(string? model, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Serves(model))
        {
            return true;
        }

        using var timer = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);

        // The channel itself does not give up while it waits for the name server.
        await _channel.ConnectAsync(either.Token)
            .WaitAsync(either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (model is not null)
        {
            var served = _models.ServedAsync(model, either.Token);
            await served.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Serves(model);
    }

    /// <summary>Asks all encoders now which models they serve.</summary>
    public Task AskAsync() => _survey.AskAsync();

    public void Dispose()
    {
        _survey.Dispose();
        _channel.Dispose();
        _resolvers.Dispose();
    }

    private bool Serves(string? model) => IsReady && (model is null || _models.CountOf(model) > 0);

    private static SocketsHttpHandler Handler(ClusterTls tls)
    {
        var handler = tls.Handler();
        handler.ConnectTimeout = TimeSpan.FromSeconds(2);
        return handler;
    }
}
