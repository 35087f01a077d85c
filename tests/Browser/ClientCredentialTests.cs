using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>The TypeScript client in Node with API keys, against a server that lets nobody in without one.</summary>
public sealed class ClientCredentialTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-keys-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 600_000)]
    public async Task Session_OfNode_OutlivesItsKey()
    {
        var cancel = TestContext.Current.CancellationToken;
        Tool.Require("node", "npm");
        var studio = Path.Combine(Repository.Root, "services", "studio");
        var vitest = Path.Combine(studio, "node_modules", ".bin", "vitest");
        Tool.SkipIf(File.Exists(vitest) ? null : "The studio's packages are not installed: run npm ci in services/studio.");
        await Tool.RunAsync(
            new("npm", ["run", "--silent", "generate", "-w", "segmentation-client"]) { WorkingDirectory = studio }, cancel);
        var keys = Path.Combine(_folder.FullName, "keys.json");
        var second = await AddAsync(keys, "second");
        var first = await AddAsync(keys, "first");
        var (grpc, http) = Repository.FreeNeighbours();
        await using var server = new ServiceProcess(
            "Standalone",
            http,
            $"Endpoints:HttpPort={http}",
            $"Endpoints:GrpcPort={grpc}",
            $"Identity:KeysFile={keys}",
            "Sessions:ExpiryGrace=00:00:01",
            "Sessions:ExpiryNotice=00:00:05");
        await server.StartAsync(cancel);

        var (opened, expires) = (Path.Combine(_folder.FullName, "opened"), Path.Combine(_folder.FullName, "expires"));
        var running = Tool.RunAsync(
            new(vitest, ["run", "--config", "packages/client/tests/server/vitest.config.ts"])
            {
                WorkingDirectory = studio,
                Environment =
                {
                    // Node has a WebSocket without being asked from version 22 on.
                    ["NODE_OPTIONS"] = "--experimental-websocket",
                    ["SERVER"] = $"http://127.0.0.1:{http}",
                    ["PICTURE"] = Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"),
                    ["FIRST_KEY"] = first,
                    ["SECOND_KEY"] = second,
                    ["OPENED"] = opened,
                    ["EXPIRES"] = expires,
                },
            },
            cancel);
        await Patience.UntilAsync(
            _ => Task.FromResult(running.IsCompleted || File.Exists(opened)), () => "No session was opened.", cancel);
        await ExpireAsync(keys, "first", expires);

        Assert.Contains("2 passed", await running, StringComparison.Ordinal);
    }

    /// <summary>Lets a key expire soon, however long the session took to open, and writes the time to a file.</summary>
    private static async Task ExpireAsync(string keys, string name, string file)
    {
        var cancel = TestContext.Current.CancellationToken;
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(8);
        await KeysFile.ChangeAsync(
            keys,
            records => records.Select(record => record.Name == name ? record with { Expires = expires } : record),
            cancel);
        await File.WriteAllTextAsync($"{file}.new", $"{expires.ToUnixTimeMilliseconds()}", cancel);
        File.Move($"{file}.new", file);
    }

    private static async Task<string> AddAsync(string file, string name)
    {
        var key = ApiKey.Create();
        var template = new ApiKeyRecord
        {
            Id = key.Id,
            Hash = key.Hash(),
            Tenant = "anna",
            Name = name,
            Scopes = Scopes.Usual,
            Created = TimeProvider.System.GetUtcNow(),
        };
        await KeysFile.ChangeAsync(
            file, records => KeyRing.Add(records, key, template), TestContext.Current.CancellationToken);
        return key.Text;
    }
}
