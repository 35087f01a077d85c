using System.IO.Compression;
using Segmentation.Client.Tests.Projects;
using Segmentation.Protocol.V1;
using Segmentation.Standalone.Tests;

namespace Segmentation.Client.Tests;

public sealed class ReadmeTests
{
    [Theory]
    [InlineData(0, "using var client", "Docs/Example.txt")]
    [InlineData(1, "using var projects", "Docs/ProjectsExample.txt")]
    public void Readme_Example_IsTheOneThatRuns(int place, string beginning, string file)
    {
        var readme = File.ReadAllText(Data("Docs/README.md"));
        var block = readme.Split("```csharp")[place + 1].Split("```")[0];
        var steps = block[block.IndexOf(beginning, StringComparison.Ordinal)..];

        var example = File.ReadAllText(Data(file));

        Assert.Contains(Lines(steps), Lines(example), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Readme_Examples_Run()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("client-readme-");
        try
        {
            await using var server = await StandaloneProcess.StartReadyAsync(
                cancel, $"Segmentation:Projects:DataFolder={folder.FullName}/data");
            var path = Path.Combine(folder.FullName, "coffee.png");
            File.Copy(Data("Data/coffee.png"), path);

            await Example.RunAsync(server.Grpc, path);
            using var client = new SegmentationClient(server.Grpc);
            var image = await client.UploadAsync(await File.ReadAllBytesAsync(path, cancel), cancel);
            var click = new Prompt { Points = { new Point { X = 300, Y = 200 } } };
            var masks = await client.SegmentAsync(image.Id, [click], cancellationToken: cancel);
            await ProjectsExample.RunAsync(server.Grpc, path, masks.Results[0].Masks[0]);

            using var zip = await ZipFile.OpenReadAsync(Path.ChangeExtension(path, ".zip"), cancel);
            Assert.NotEmpty(zip.Entries);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static string Data(string path) => Path.Combine(AppContext.BaseDirectory, path);

    private static string Lines(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
