using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>A keys file of a test's own.</summary>
internal sealed class KeyRingFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys");

    public string Path => System.IO.Path.Combine(_folder.FullName, "keys.json");

    /// <summary>The option that names the file.</summary>
    public (string Key, string Value) Option => ("Segmentation:Identity:KeysFile", Path);

    /// <summary>Adds a key and returns its text.</summary>
    public async Task<string> AddAsync(
        string tenant,
        Scope scopes = Scopes.Usual,
        DateTimeOffset? expires = null,
        double? unitsPerSecond = null,
        double? burst = null)
    {
        var key = ApiKey.Create();
        var template = new ApiKeyRecord
        {
            Id = key.Id,
            Hash = key.Hash(),
            Tenant = tenant,
            Name = key.Id,
            Scopes = scopes,
            Created = TimeProvider.System.GetUtcNow().AddDays(-1),
            Expires = expires,
            UnitsPerSecond = unitsPerSecond,
            Burst = burst,
        };
        await ChangeAsync(records => KeyRing.Add(records, key, template));
        return key.Text;
    }

    public Task RevokeAsync(string key) =>
        ChangeAsync(records => KeyRing.Revoke(records, IdOf(key), TimeProvider.System.GetUtcNow()));

    public static string IdOf(string key) => key.Split('_')[1];

    public void Dispose() => _folder.Delete(recursive: true);

    private Task ChangeAsync(Func<IReadOnlyList<ApiKeyRecord>, IEnumerable<ApiKeyRecord>> change) =>
        KeysFile.ChangeAsync(Path, change, TestContext.Current.CancellationToken);
}
