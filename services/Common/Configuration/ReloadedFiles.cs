using Microsoft.Extensions.Logging;

namespace Segmentation.Common.Configuration;

/// <summary>
/// Something made of files, and made again when their bytes change. Kubernetes changes the files of a mounted Secret by
/// a symbolic link, which no watcher of files reports, so the files are read at intervals. New files that cannot be
/// used leave in force what was made before, and the log says so.
/// </summary>
public sealed partial class ReloadedFiles<T> : IDisposable
    where T : class
{
    private readonly IReadOnlyList<string> _paths;
    private readonly Func<string, byte[]> _read;
    private readonly Func<IReadOnlyList<byte[]>, T> _make;
    private readonly Func<T, string> _describe;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private IReadOnlyList<byte[]> _bytes;
    private T _current;
    private string? _problem;

    /// <summary>Reads the files.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="period">Time between two looks at the files.</param>
    /// <param name="read">Reads a file, or throws <see cref="UnusableFileException"/>.</param>
    /// <param name="make">Makes the value of the files' bytes, one after the other.</param>
    /// <param name="describe">Describes a value for the log.</param>
    /// <param name="clock">The clock that the looks follow.</param>
    /// <param name="logger">Gets a line for each change, and one for files that cannot be used.</param>
    /// <exception cref="UnusableFileException">The files cannot be read or used.</exception>
    public ReloadedFiles(
        IReadOnlyList<string> paths,
        TimeSpan period,
        Func<string, byte[]> read,
        Func<IReadOnlyList<byte[]>, T> make,
        Func<T, string> describe,
        TimeProvider clock,
        ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(make);
        (_paths, _read, _make, _describe, _logger) = (paths, read, make, describe, logger);
        _bytes = Read();
        _current = make(_bytes);
        _timer = clock.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>Happens after the files have changed and their new value is in force.</summary>
    public event EventHandler? Changed;

    /// <summary>The value that was made last.</summary>
    public T Current => Volatile.Read(ref _current);

    /// <summary>Fault of the files as they are now; null while the files are in force.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A timer's next look may begin before this one has ended.
        lock (_timer)
        {
            try
            {
                var bytes = Read();
                if (!bytes.Zip(_bytes).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)))
                {
                    var next = _make(bytes);
                    Volatile.Write(ref _current, next);
                    _bytes = bytes;
                    Reloaded(_logger, _paths[0], _describe(next));
                    Changed?.Invoke(this, EventArgs.Empty);
                }

                Volatile.Write(ref _problem, null);
            }
            catch (UnusableFileException error)
            {
                if (error.Message != _problem)
                {
                    Volatile.Write(ref _problem, error.Message);
                    Kept(_logger, error.Message);
                }
            }
        }
    }

    private List<byte[]> Read() => [.. _paths.Select(_read)];

    [LoggerMessage(1, LogLevel.Information, "Read '{Path}' again: {What}.")]
    private static partial void Reloaded(ILogger logger, string path, string what);

    [LoggerMessage(2, LogLevel.Error, "{Problem} What was read before stays in force.")]
    private static partial void Kept(ILogger logger, string problem);
}
