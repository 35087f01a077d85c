using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.Logging;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Encoding;

/// <summary>
/// Has the gRPC client drop an attempt to connect: holds the end of the one before, whose time is over, until the next one
/// has found it not cleaned up. The client's log tells where it is.
/// </summary>
/// <param name="inner">Makes the balancer.</param>
internal sealed class DroppedAttempt(LoadBalancerFactory inner) : LoadBalancerFactory, ILoggerProvider
{
    private readonly ManualResetEventSlim _dropped = new();
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Subchannel? _connection;
    private int _begun;
    private int _requested;

    /// <summary>Completes when an attempt has been dropped.</summary>
    public Task Happened => _happened.Task;

    public override string Name => inner.Name;

    public override LoadBalancer Create(LoadBalancerOptions options) => inner.Create(
        new LoadBalancerOptions(new Controller(this, options.Controller), options.LoggerFactory, options.Configuration));

    public ILogger CreateLogger(string categoryName) => new Listener(this);

    public void Dispose() => _dropped.Dispose();

    private void Heard(string? name)
    {
        if (name == "ConnectingTransport" && Interlocked.Increment(ref _begun) == 1)
        {
            // After the balancer's own, which begins the next attempt.
            _connection!.OnStateChanged(change =>
            {
                if (change.State == ConnectivityState.Idle && !_happened.Task.IsCompleted)
                {
                    _dropped.Wait(Patience.Longest);
                    _happened.TrySetResult();
                }
            });
        }
        else if (name == "StartingConnectionRequest")
        {
            Interlocked.Increment(ref _requested);
        }
        else if (name == "ConnectionRequestedInNonIdleState" && Volatile.Read(ref _requested) > 1)
        {
            _dropped.Set();
        }
    }

    private sealed class Controller(DroppedAttempt owner, IChannelControlHelper inner) : IChannelControlHelper
    {
        public Subchannel CreateSubchannel(SubchannelOptions options) => owner._connection = inner.CreateSubchannel(options);

        public void RefreshResolver() => inner.RefreshResolver();

        public void UpdateState(BalancerState state) => inner.UpdateState(state);
    }

    private sealed class Listener(DroppedAttempt owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => owner.Heard(eventId.Name);
    }
}
