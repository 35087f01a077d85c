using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Standalone.Tests;

namespace Segmentation.Client.Tests;

/// <summary>The real program with a keys file.</summary>
internal sealed class ServerWithKeys : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-keys");
    private StandaloneProcess? _process;

    /// <summary>The server's gRPC port.</summary>
    public Uri Address => _process!.Grpc;

    /// <summary>Everything that the server printed.</summary>
    public string Output => _process!.Output + _process.Error;

    private string Keys => Path.Combine(_folder.FullName, "keys.json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task StartAsync(params string[] options) => _process = await StandaloneProcess.StartReadyAsync(
        Cancel, [$"Segmentation:Identity:KeysFile={Keys}", .. options]);

    /// <summary>Adds a key, which the server knows within a second, and returns its text.</summary>
    public async Task<string> AddAsync(DateTimeOffset? expires = null, string tenant = "anna")
    {
        var key = ApiKey.Create();
        var template = new ApiKeyRecord
        {
            Id = key.Id,
            Hash = key.Hash(),
            Tenant = tenant,
            Name = key.Id,
            Scopes = Scopes.Usual,
            Created = TimeProvider.System.GetUtcNow(),
            Expires = expires,
        };
        await KeysFile.ChangeAsync(Keys, records => KeyRing.Add(records, key, template), Cancel);
        return key.Text;
    }

    /// <summary>Waits until the server has read a key that was added.</summary>
    public async Task KnowsAsync(string key)
    {
        using var client = new HttpClient();
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_process!.Http, "/v1/model"));
            request.Headers.Add("x-api-key", key);
            using var answer = await client.SendAsync(request, Cancel);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(100, Cancel);
        }
    }

    public Task RevokeAsync(string key) => KeysFile.ChangeAsync(
        Keys, records => KeyRing.Revoke(records, key.Split('_')[1], TimeProvider.System.GetUtcNow()), Cancel);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
