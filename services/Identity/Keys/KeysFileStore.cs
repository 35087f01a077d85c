using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Segmentation.Common.Configuration;

namespace Segmentation.Identity.Keys;

/// <summary>
/// The keys of a file, which is read again when its bytes change. A new file that cannot be used leaves the old keys in
/// force, and the log says so.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="clock">The clock that the looks follow.</param>
/// <param name="logger">Gets a line for each change, and one for each file that cannot be used.</param>
/// <exception cref="KeysFileException">The file is missing, or cannot be used.</exception>
public sealed class KeysFileStore(string path, TimeProvider clock, ILogger<KeysFileStore> logger)
    : IApiKeyStore, IDisposable
{
    /// <summary>Time between two looks at the file.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ReloadedFiles<FrozenDictionary<string, ApiKeyRecord>> _file = new(
        [path],
        Period,
        KeysFile.ReadBytes,
        files => Index(KeysFile.Parse(files[0], path)),
        records => $"{records.Count} keys",
        clock,
        logger);

    /// <inheritdoc/>
    public event EventHandler? Changed
    {
        add => _file.Changed += value;
        remove => _file.Changed -= value;
    }

    /// <summary>Fault of the file as it is now; null while its keys are those in force.</summary>
    public string? Problem => _file.Problem;

    /// <inheritdoc/>
    public ApiKeyRecord? Find(string id) => _file.Current.GetValueOrDefault(id);

    /// <inheritdoc/>
    public IReadOnlyList<ApiKeyRecord> OfTenant(string tenant) =>
        [.. _file.Current.Values.Where(record => record.Tenant == tenant)];

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FrozenDictionary<string, ApiKeyRecord> Index(IReadOnlyList<ApiKeyRecord> records) =>
        records.ToFrozenDictionary(record => record.Id, StringComparer.Ordinal);
}
