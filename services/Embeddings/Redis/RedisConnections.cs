using System.Diagnostics;
using Microsoft.Extensions.Options;
using Segmentation.Embeddings.Storage;
using Segmentation.Redis;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Redis;

/// <summary>
/// Connections to Redis that come up and come back in the background, one for each <see cref="RedisChannel"/>. A
/// command that is not answered in time is a value, not an exception: what to do without Redis is the caller's to know.
/// </summary>
internal sealed class RedisConnections : IAsyncDisposable
{
    private readonly Lazy<Task<ConnectionMultiplexer>> _commands;
    private readonly Lazy<Task<ConnectionMultiplexer>> _values;
    private readonly Lazy<Task<ConnectionMultiplexer>> _others;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly StoreHealth _health;
    private readonly EmbeddingMetrics _metrics;

    public RedisConnections(
        IOptions<RedisOptions> options,
        RedisAccess access,
        TimeProvider clock,
        StoreHealth health,
        EmbeddingMetrics metrics)
    {
        _timeout = options.Value.Timeout;
        _clock = clock;
        _health = health;
        _metrics = metrics;
        metrics.ObserveAvailability(() => health.State.IsAvailable);
        _commands = new(() => RedisLine.ConnectAsync(options.Value, access, "commands"));
        _values = new(() => RedisLine.ConnectAsync(options.Value, access, "values"));
        _others = new(() => RedisLine.ConnectAsync(options.Value, access, "others"));
    }

    /// <summary>True when the last command was answered.</summary>
    public bool IsAvailable => _health.State.IsAvailable;

    /// <summary>Sends a command.</summary>
    /// <param name="operation">Its name in metrics and traces, one of <see cref="StoreOperation"/>.</param>
    /// <param name="line">Which connection.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<RedisReply<T>> AskAsync<T>(
        string operation, RedisChannel line, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken)
    {
        using var activity = StartActivity(operation);
        var start = _clock.GetTimestamp();
        try
        {
            var answer = await SendAsync(line, command)
                .WaitAsync(_timeout, _clock, cancellationToken)
                .ConfigureAwait(false);
            _health.Answered();
            _metrics.Answered(operation, _clock.GetElapsedTime(start));
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
        foreach (var line in new[] { _commands, _values, _others })
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

    private async Task<T> SendAsync<T>(RedisChannel line, Func<IDatabase, Task<T>> command)
    {
        var opened = line switch
        {
            RedisChannel.Values => _values,
            RedisChannel.Others => _others,
            _ => _commands,
        };
        var connection = await opened.Value.ConfigureAwait(false);
        return await command(connection.GetDatabase()).ConfigureAwait(false);
    }
}

/// <summary>An answer of Redis, or none.</summary>
/// <param name="IsAvailable">It answered in time.</param>
/// <param name="Value">The answer; default when there was none.</param>
internal readonly record struct RedisReply<T>(bool IsAvailable, T? Value);

/// <summary>Which connection a command takes.</summary>
internal enum RedisChannel
{
    /// <summary>Small commands: behind megabytes of values their p99 is 30 ms, on a line of their own 6.</summary>
    Commands,

    /// <summary>First values of embeddings.</summary>
    Values,

    /// <summary>
    /// Second values of embeddings, on a line of their own so that both are read in parallel; opened when a model has
    /// them.
    /// </summary>
    Others,
}
