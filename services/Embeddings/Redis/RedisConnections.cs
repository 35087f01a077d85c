using System.Diagnostics;
using Microsoft.Extensions.Options;
using Segmentation.Embeddings.Storage;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Redis;

/// <summary>
/// Two connections to Redis that come up and come back in the background. A command that is not answered in time is a
/// value, not an exception: what to do without Redis is the caller's to know.
/// </summary>
internal sealed class RedisConnections : IAsyncDisposable
{
    /// <summary>How often a lost connection is tried again.</summary>
    private static readonly TimeSpan _retry = TimeSpan.FromMilliseconds(500);

    private readonly Lazy<Task<ConnectionMultiplexer>> _commands;
    private readonly Lazy<Task<ConnectionMultiplexer>> _values;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly StoreHealth _health;
    private readonly EmbeddingMetrics _metrics;

    public RedisConnections(
        IOptions<RedisOptions> options, TimeProvider time, StoreHealth health, EmbeddingMetrics metrics)
    {
        _timeout = options.Value.Timeout;
        _time = time;
        _health = health;
        _metrics = metrics;
        metrics.ObserveAvailability(() => health.State.IsAvailable);
        _commands = new(() => ConnectAsync(options.Value, "commands"));
        _values = new(() => ConnectAsync(options.Value, "values"));
    }

    /// <summary>Whether the last command was answered.</summary>
    public bool IsAvailable => _health.State.IsAvailable;

    /// <summary>Sends a command.</summary>
    /// <param name="operation">Its name in metrics and traces, one of <see cref="StoreOperation"/>.</param>
    /// <param name="line">Which connection.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<RedisReply<T>> AskAsync<T>(
        string operation, RedisLine line, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken)
    {
        using var activity = StartActivity(operation);
        var start = _time.GetTimestamp();
        try
        {
            var answer = await SendAsync(line, command)
                .WaitAsync(_timeout, _time, cancellationToken)
                .ConfigureAwait(false);
            _health.Answered();
            _metrics.Answered(operation, _time.GetElapsedTime(start));
            return new(true, answer);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            _health.Failed(error);
            _metrics.Unanswered(operation);
            activity?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
            return default;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var line in new[] { _commands, _values })
        {
            if (line.IsValueCreated)
            {
                await (await line.Value).DisposeAsync();
            }
        }
    }

    // Part of somebody's trace or nothing: leases and health have no trace of their own.
    private static Activity? StartActivity(string operation)
    {
        if (Activity.Current is null || !EmbeddingTelemetry.Source.HasListeners())
        {
            return null;
        }

        var activity = EmbeddingTelemetry.Source.StartActivity($"redis {operation}", ActivityKind.Client);
        activity?.SetTag("db.system.name", "redis");
        activity?.SetTag("db.operation.name", operation);
        return activity;
    }

    private async Task<T> SendAsync<T>(RedisLine line, Func<IDatabase, Task<T>> command)
    {
        var connection = await (line == RedisLine.Values ? _values : _commands).Value.ConfigureAwait(false);
        return await command(connection.GetDatabase()).ConfigureAwait(false);
    }

    private static Task<ConnectionMultiplexer> ConnectAsync(RedisOptions options, string name)
    {
        var configuration = ConfigurationOptions.Parse(options.Cache);
        var timeout = (int)options.Timeout.TotalMilliseconds;
        configuration.ClientName = $"segmentation-{name}";
        configuration.AbortOnConnectFail = false;
        configuration.ConnectTimeout = timeout;
        configuration.AsyncTimeout = timeout;
        configuration.HeartbeatInterval = _retry;
        configuration.ReconnectRetryPolicy = new LinearRetry((int)_retry.TotalMilliseconds);

        // Without a connection a command fails at once: whoever asks has another way, and no time to wait.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        return ConnectionMultiplexer.ConnectAsync(configuration);
    }
}
