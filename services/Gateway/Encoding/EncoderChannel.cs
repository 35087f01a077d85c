using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Options;
using Segmentation.Protocol.Encoder.V1;

namespace Segmentation.Gateway.Encoding;

/// <summary>One channel over all encoders: each image goes to the one with the least to do.</summary>
internal sealed class EncoderChannel : IDisposable
{
    private readonly ServiceProvider _resolvers;
    private readonly GrpcChannel _channel;
    private readonly TimeProvider _time;

    public EncoderChannel(IOptions<EncodersOptions> options, ILoggerFactory loggers, TimeProvider time)
    {
        _time = time;
        if (!EncoderAddresses.TryParse(options.Value.Address, out var addresses))
        {
            throw new ArgumentException($"'{options.Value.Address}' is no address of encoders.", nameof(options));
        }

        _resolvers = new ServiceCollection()
            .AddSingleton<ResolverFactory>(addresses.Resolver)
            .AddSingleton<LoadBalancerFactory>(new LeastLoadedBalancer.Factory(time))
            .BuildServiceProvider();
        _channel = GrpcChannel.ForAddress(addresses.Target, new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            HttpHandler = Handler(),
            DisposeHttpClient = true,
            LoggerFactory = loggers,
            ServiceProvider = _resolvers,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new LeastLoadedBalancer.Config() } },

            // An encoder that restarts is ready within five seconds.
            InitialReconnectBackoff = TimeSpan.FromSeconds(0.5),
            MaxReconnectBackoff = TimeSpan.FromSeconds(5),
        });
        Client = new EncoderService.EncoderServiceClient(_channel);
    }

    /// <summary>The encoders.</summary>
    public EncoderService.EncoderServiceClient Client { get; }

    /// <summary>Waits until an encoder is in reach.</summary>
    /// <param name="patience">How long at the most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ReadyAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        await _channel.ConnectAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _channel.Dispose();
        _resolvers.Dispose();
    }

    private static SocketsHttpHandler Handler() => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(2),

        // A machine that vanished without closing its connections is noticed within half a minute; one whose cores all
        // encode may take some seconds to answer.
        KeepAlivePingDelay = TimeSpan.FromSeconds(10),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };
}
