using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>Collects log lines; a test fails when an error was logged that it did not ask for.</summary>
internal sealed class CollectedLogs : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Category, string Text)> Lines { get; } = [];

    public IEnumerable<string> Errors =>
        Lines.Where(line => line.Level >= LogLevel.Error).Select(line => $"{line.Category}: {line.Text}");

    public ILogger CreateLogger(string categoryName) => new Collector(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Collector(CollectedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            logs.Lines.Enqueue((logLevel, category, $"{formatter(state, exception)} {exception?.GetType()} {exception?.Message}".Trim()));
    }
}
