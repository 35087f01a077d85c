using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace Segmentation.Identity.Keys;

/// <summary>
/// The keys of a file, which is read again when its bytes change: Kubernetes changes the file of a mounted Secret by a
/// symbolic link, which no watcher of files reports. A new file that cannot be used leaves the old keys in force, and the
/// log says so.
/// </summary>
public sealed partial class KeysFileStore : IApiKeyStore, IDisposable
{
    /// <summary>Time between two looks at the file.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly ILogger<KeysFileStore> _logger;
    private readonly ITimer _timer;
    private byte[] _bytes;
    private FrozenDictionary<string, ApiKeyRecord> _records;
    private string? _problem;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">The clock that the looks follow.</param>
    /// <param name="logger">Gets a line for each change, and one for each file that cannot be used.</param>
    /// <exception cref="KeysFileException">It is missing, or cannot be used.</exception>
    public KeysFileStore(string path, TimeProvider clock, ILogger<KeysFileStore> logger)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (_path, _logger) = (path, logger);
        _bytes = KeysFile.ReadBytes(path);
        _records = Index(KeysFile.Parse(_bytes, path));
        _timer = clock.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <inheritdoc/>
    public event EventHandler? Changed;

    /// <summary>Fault of the file as it is now; null while its keys are those in force.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <inheritdoc/>
    public ApiKeyRecord? Find(string id) => _records.GetValueOrDefault(id);

    /// <inheritdoc/>
    public IReadOnlyList<ApiKeyRecord> OfTenant(string tenant) =>
        [.. _records.Values.Where(record => record.Tenant == tenant)];

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    [LoggerMessage(1, LogLevel.Information, "Read the keys file '{path}' again: {count} keys.")]
    private static partial void Reloaded(ILogger logger, string path, int count);

    [LoggerMessage(2, LogLevel.Error, "{problem} The keys that were read before stay in force.")]
    private static partial void Kept(ILogger logger, string problem);

    private static FrozenDictionary<string, ApiKeyRecord> Index(IReadOnlyList<ApiKeyRecord> records) =>
        records.ToFrozenDictionary(record => record.Id, StringComparer.Ordinal);

    private void Look()
    {
        // A timer's next look may begin before this one has ended.
        lock (_timer)
        {
            try
            {
                var bytes = KeysFile.ReadBytes(_path);
                if (!bytes.AsSpan().SequenceEqual(_bytes))
                {
                    var records = Index(KeysFile.Parse(bytes, _path));
                    (_bytes, _records) = (bytes, records);
                    Reloaded(_logger, _path, records.Count);
                    Changed?.Invoke(this, EventArgs.Empty);
                }

                Volatile.Write(ref _problem, null);
            }
            catch (KeysFileException error)
            {
                if (error.Message != _problem)
                {
                    Volatile.Write(ref _problem, error.Message);
                    Kept(_logger, error.Message);
                }
            }
        }
    }
}
