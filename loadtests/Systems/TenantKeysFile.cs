using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.LoadTests.Systems;

/// <summary>A keys file with a key for each of some tenants, for servers that are started with identity.</summary>
internal sealed class TenantKeysFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loadtests");
    private readonly Dictionary<string, string> _keys = [];

    private TenantKeysFile()
    {
    }

    /// <summary>The option that names the file, without the leading <c>--Segmentation:</c>.</summary>
    public string Option => $"Identity:KeysFile={Path}";

    private string Path => System.IO.Path.Combine(_folder.FullName, "keys.json");

    /// <summary>A tenant's key.</summary>
    public string this[string tenant] => _keys[tenant];

    /// <summary>Writes a file with a key, with every right of a program, for each tenant.</summary>
    public static async Task<TenantKeysFile> CreateAsync(CancellationToken cancellationToken, params string[] tenants)
    {
        var file = new TenantKeysFile();
        var records = tenants.Select(tenant =>
        {
            var key = ApiKey.Create();
            file._keys.Add(tenant, key.Text);
            return new ApiKeyRecord
            {
                Id = key.Id,
                Hash = key.Hash(),
                Tenant = tenant,
                Name = "load test",
                Scopes = Scopes.Usual,
                Created = TimeProvider.System.GetUtcNow(),
            };
        }).ToList();
        await KeysFile.ChangeAsync(file.Path, _ => records, cancellationToken);
        return file;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
