using Segmentation.Standalone.Tests;

namespace Segmentation.Client.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Readme_Example_IsTheOneThatRuns()
    {
        var readme = File.ReadAllText(Data("Docs/README.md"));
        var block = readme.Split("```csharp")[1].Split("```")[0];
        var steps = block[block.IndexOf("using var client", StringComparison.Ordinal)..];

        var example = File.ReadAllText(Data("Docs/Example.txt"));

        Assert.Contains(Lines(steps), Lines(example), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Readme_Example_Runs()
    {
        await using var server = await StandaloneProcess.StartReadyAsync(TestContext.Current.CancellationToken);

        await Example.RunAsync(server.Grpc, Data("Data/coffee.png"));
    }

    internal static string Data(string path) => Path.Combine(AppContext.BaseDirectory, path);

    private static string Lines(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
