using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Segmentation.Fuzz.Gateway;

/// <summary>Collects log lines that no stranger may cause: all above information, and all with a stack.</summary>
internal sealed class LogWatch : ILoggerProvider
{
    /// <summary>The lines.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Watch(this, categoryName);

    public void Dispose()
    {
        // Holds nothing.
    }

    private sealed class Watch(LogWatch logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel > LogLevel.Information || exception is not null)
            {
                // The beginning is the same for lines of one cause.
                logs.Lines.Enqueue(
                    $"{logLevel} {category} {exception?.GetType().Name} {exception?.TargetSite?.Name}: "
                        + $"{formatter(state, exception)} {exception}");
            }
        }
    }
}
