using Microsoft.Extensions.Logging;

namespace Segmentation.Common.Tls;

/// <summary>
/// Something made of files, and made again when their bytes change. Kubernetes changes the files of a mounted Secret by
/// a symbolic link, which no watcher of files reports, so the files are read every few seconds. New files that cannot be
/// used leave in force what was made before, and the log says so.
/// </summary>
internal sealed class ReloadedFiles<T> : IDisposable
    where T : class
{
    /// <summary>Time between two looks at the files.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly string[] _paths;
    private readonly Func<T> _make;
    private readonly Func<T, string> _describe;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private byte[] _bytes;
    private T _current;
    private string? _problem;

    /// <summary>Reads the files.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="make">Makes what is wanted of them, or throws <see cref="CertificateFilesException"/>.</param>
    /// <param name="describe">Describes for the log what was made.</param>
    /// <param name="clock">The clock that the looks follow.</param>
    /// <param name="logger">Gets a line for each change, and one for files that cannot be used.</param>
    /// <exception cref="CertificateFilesException">They cannot be read or used.</exception>
    public ReloadedFiles(
        string[] paths, Func<T> make, Func<T, string> describe, TimeProvider clock, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (_paths, _make, _describe, _logger) = (paths, make, describe, logger);
        _bytes = Read();
        _current = make();
        _timer = clock.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <summary>The value that was made last.</summary>
    public T Current => Volatile.Read(ref _current);

    /// <summary>Fault of the files as they are now; null while the files are in force.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A timer's next look may begin before this one has ended.
        lock (_timer)
        {
            try
            {
                var bytes = Read();
                if (!bytes.AsSpan().SequenceEqual(_bytes))
                {
                    var next = _make();
                    Volatile.Write(ref _current, next);
                    _bytes = bytes;
                    TlsLog.Reloaded(_logger, _paths[0], _describe(next));
                }

                Volatile.Write(ref _problem, null);
            }
            catch (CertificateFilesException error)
            {
                if (error.Message != _problem)
                {
                    Volatile.Write(ref _problem, error.Message);
                    TlsLog.Kept(_logger, error.Message);
                }
            }
        }
    }

    private byte[] Read()
    {
        try
        {
            return [.. _paths.SelectMany(File.ReadAllBytes)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFilesException(
                $"'{string.Join("' or '", _paths)}' cannot be read: {error.Message}", error);
        }
    }
}
