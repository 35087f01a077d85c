using System.IO.Compression;
using Segmentation.Cli.Files;
using Segmentation.Client;
using Segmentation.Client.Projects;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Projects;

/// <summary>
/// The real Standalone with a keys file and a data folder of its own, on ports that stay when the process is killed and
/// started again; and <c>segctl projects</c> on that server, directly or through a proxy.
/// </summary>
internal sealed class KeyedServer : IAsyncDisposable
{
    /// <summary>Width of <c>coins.png</c> in pixels.</summary>
    public const int Width = 384;

    /// <summary>Height of <c>coins.png</c> in pixels.</summary>
    public const int Height = 303;

    private readonly TemporaryFolder _folder = new();
    private readonly string _key;

    private KeyedServer(string key, Func<TemporaryFolder, string> keys)
    {
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        _key = key;
        Address = new Uri($"http://127.0.0.1:{grpc}");
        Process = new ServiceProcess(
            "Standalone",
            http,
            $"Endpoints:GrpcPort={grpc}",
            $"Endpoints:HttpPort={http}",
            $"Identity:KeysFile={keys(_folder)}",
            $"Projects:DataFolder={_folder.File("data")}");
        Proxy = new TcpProxy(Address);
        Client = new ProjectsClient(Address, new SegmentationClientOptions { ApiKey = key });
    }

    /// <summary>The server's gRPC port.</summary>
    public Uri Address { get; }

    /// <summary>A proxy before that port.</summary>
    public TcpProxy Proxy { get; }

    /// <summary>The server's process.</summary>
    public ServiceProcess Process { get; }

    /// <summary>A client with the same key.</summary>
    public ProjectsClient Client { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a key and starts the server.</summary>
    public static async Task<KeyedServer> StartAsync()
    {
        using var made = new TemporaryFolder();
        var created = await Segctl.RunAsync(
            "keys", "create", "--file", made.File("keys.json"), "--tenant", "anna", "--name", "laptop",
            "--scopes", "projects,segment,upload,everything,models");
        Assert.True(created.ExitCode == 0, created.Error);
        var server = new KeyedServer(created.Output.Trim(), folder =>
        {
            File.Copy(made.File("keys.json"), folder.File("keys.json"));
            return folder.File("keys.json");
        });
        await server.Process.StartAsync(Cancel);
        return server;
    }

    /// <summary>Runs <c>segctl projects</c> on the server.</summary>
    public Task<SegctlResult> RunAsync(params string[] arguments) =>
        Segctl.RunAsync(["projects", .. arguments, "--server", $"{Address}", "--api-key", _key]);

    /// <summary>Runs <c>segctl projects</c> on the server and asserts that the command succeeds.</summary>
    /// <returns>The command's standard output without the line's end.</returns>
    public async Task<string> DoneAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Output}{result.Error}\n{Process.Output}");
        return result.Output.Trim();
    }

    /// <summary>Starts <c>segctl projects</c> through the proxy, in a process that can be killed.</summary>
    public Task<ChildProcess> StartAsync(Action<string>? onLine, params string[] arguments) => ChildProcess.StartAsync(
        "segctl",
        onLine,
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "segctl.dll"), "projects", .. arguments,
            "--server", $"{Proxy.Address}", "--api-key", _key,
        ]);

    /// <summary>Writes copies of one photograph that differ in a text: <c>0000.png</c> and so on.</summary>
    public static void WritePictures(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        var png = File.ReadAllBytes(Segctl.Image("coins.png"));
        for (var number = 0; number < count; number++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{number:d4}.png"), PngText.Add(png, "Comment", $"copy {number}"));
        }
    }

    /// <summary>Writes COCO's JSON with two boxes on each of these pictures, of the label "coin".</summary>
    public static void WriteCoco(string path, int count)
    {
        var pictures = Enumerable.Range(0, count).Select(number =>
            $$"""{"id":{{number + 1}},"file_name":"{{number:d4}}.png","width":{{Width}},"height":{{Height}}}""");
        var masks = Enumerable.Range(0, 2 * count).Select(number =>
        {
            var (x, y) = (10 + (number % 50), 20 + (number % 30));
            return $$"""
                {"id":{{number + 1}},"image_id":{{(number / 2) + 1}},"category_id":1,"iscrowd":0,"area":800,
                "bbox":[{{x}},{{y}},40,20],"segmentation":[[{{x}},{{y}},{{x + 40}},{{y}},{{x + 40}},{{y + 20}},{{x}},{{y + 20}}]]}
                """;
        });
        File.WriteAllText(
            path,
            $$"""
            {"categories":[{"id":1,"name":"coin"}],"images":[{{string.Join(',', pictures)}}],
            "annotations":[{{string.Join(',', masks)}}]}
            """);
    }

    /// <summary>Packs a folder without compression.</summary>
    public static void Pack(string folder, string archive) =>
        ZipFile.CreateFromDirectory(folder, archive, CompressionLevel.NoCompression, includeBaseDirectory: false);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Proxy.DisposeAsync();
        await Process.DisposeAsync();
        _folder.Dispose();
    }
}
