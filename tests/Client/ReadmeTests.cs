using System.IO.Compression;
using Segmentation.Standalone.Tests;

namespace Segmentation.Client.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Readme_Blocks_AreTheProgramThatRuns()
    {
        var blocks = File.ReadAllText(Data("Docs/README.md")).Split("```csharp")[1..];
        var code = string.Join('\n', blocks.Select(block => block.Split("```")[0]));
        var steps = code[code.IndexOf("var key", StringComparison.Ordinal)..];

        var example = File.ReadAllText(Data("Docs/Example.txt"));

        Assert.Contains(Lines(steps), Lines(example), StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Readme_Program_Runs()
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
