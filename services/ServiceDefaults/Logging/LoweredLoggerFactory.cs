using Microsoft.Extensions.Logging;

namespace Segmentation.ServiceDefaults.Logging;

/// <summary>
/// Makes loggers that write one event of Kestrel at the level Debug. "Application never completed" (event 23) is
/// critical there and means that a connection was collected whose end Kestrel lost. Every request of such a connection
/// has ended, and a client that resets streams of HTTP/2 fast enough loses Kestrel several connections a second: the
/// line would be a stranger's to write. Levels of categories cannot tell events apart.
/// </summary>
internal sealed class LoweredLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";
    private const int ApplicationNeverCompleted = 23;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName)
    {
        var logger = inner.CreateLogger(categoryName);
        return categoryName == Kestrel ? new Lowered(logger) : logger;
    }

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private sealed class Lowered(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            logger.Log(
                eventId.Id == ApplicationNeverCompleted ? LogLevel.Debug : logLevel, eventId, state, exception, formatter);
    }
}
