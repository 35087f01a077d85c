using Microsoft.Extensions.Logging;

namespace Segmentation.Embeddings.Redis;

/// <summary>Availability of the store, and the time of its last change. Safe for concurrent use.</summary>
internal sealed partial class StoreHealth(TimeProvider clock, ILogger<StoreHealth> logger)
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock = clock;
    private readonly ILogger<StoreHealth> _logger = logger;
    private bool _isAvailable = true;
    private DateTimeOffset _since = clock.GetUtcNow();

    /// <summary>The state, and when it began.</summary>
    public (bool IsAvailable, DateTimeOffset Since) State
    {
        get
        {
            lock (_gate)
            {
                return (_isAvailable, _since);
            }
        }
    }

    /// <summary>A command was answered.</summary>
    public void Answered()
    {
        if (Change(true))
        {
            LogAvailable(_logger);
        }
    }

    /// <summary>A command was not answered.</summary>
    public void Failed(Exception error)
    {
        if (Change(false))
        {
            LogUnavailable(_logger, error.GetType().Name);
        }
    }

    private bool Change(bool isAvailable)
    {
        lock (_gate)
        {
            if (_isAvailable == isAvailable)
            {
                return false;
            }

            (_isAvailable, _since) = (isAvailable, _clock.GetUtcNow());
            return true;
        }
    }

    [LoggerMessage(1, LogLevel.Warning,
        "The embedding store does not answer ({Error}). Embeddings go to silos directly until it does.")]
    private static partial void LogUnavailable(ILogger logger, string error);

    [LoggerMessage(2, LogLevel.Information, "The embedding store answers.")]
    private static partial void LogAvailable(ILogger logger);
}
