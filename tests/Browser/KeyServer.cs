using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>A server that needs a credential, with a keys file of its own.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys");
    private readonly ServiceProcess _process;

    private KeyServer(IEnumerable<string> options)
    {
        var (grpc, http) = Repository.FreeNeighbours();
        _process = new ServiceProcess(
            "Standalone",
            http,
            [
                $"Endpoints:HttpPort={http}",
                $"Endpoints:GrpcPort={grpc}",
                $"Identity:KeysFile={KeysPath}",
                $"Projects:DataFolder={Path.Combine(_folder.FullName, "data")}",
                .. options,
            ]);
    }

    /// <summary>The studio's address.</summary>
    public Uri Address => _process.Address;

    private string KeysPath => Path.Combine(_folder.FullName, "keys.json");

    /// <summary>Starts one.</summary>
    /// <param name="options">Options besides the keys file.</param>
    public static async Task<(KeyServer Server, string Key)> StartAsync(params IEnumerable<string> options)
    {
        var server = new KeyServer(options);
        var key = await server.AddKeyAsync("laptop");
        await server._process.StartAsync(TestContext.Current.CancellationToken);
        return (server, key);
    }

    /// <summary>Adds a key of the tenant anna; a server that runs takes it within a second.</summary>
    public async Task<string> AddKeyAsync(string name, Scope scopes = Scopes.Usual)
    {
        var key = ApiKey.Create();
        var record = new ApiKeyRecord
        {
            Id = key.Id,
            Hash = key.Hash(),
            Tenant = "anna",
            Name = name,
            Scopes = scopes,
            Created = TimeProvider.System.GetUtcNow(),
        };
        await ChangeAsync(records => KeyRing.Add(records, key, record));
        return key.Text;
    }

    /// <summary>Revokes a key; a server that runs knows it within a second.</summary>
    public Task RevokeAsync(string key) =>
        ChangeAsync(records => KeyRing.Revoke(records, key.Split('_')[1], TimeProvider.System.GetUtcNow()));

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task ChangeAsync(Func<IReadOnlyList<ApiKeyRecord>, IEnumerable<ApiKeyRecord>> change) =>
        KeysFile.ChangeAsync(KeysPath, change, TestContext.Current.CancellationToken);
}
