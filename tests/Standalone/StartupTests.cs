using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Segmentation.Standalone.Tests;

public sealed class StartupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GrpcPort")]
    [InlineData("HttpPort")]
    [InlineData("OperatorPort")]
    public async Task Start_PortIsTaken_NamesTheOptionInOneSentence(string key)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string[] keys = ["GrpcPort", "HttpPort", "OperatorPort"];
        await using var process = StandaloneProcess.Start(
            [.. keys.Select(each => $"Segmentation:Endpoints:{each}={(each == key ? port : 0)}")]);

        var code = await process.ExitAsync(Cancel);

        Assert.Equal(1, code);
        var sentence = Assert.Single(process.Error.Trim().Split('\n'));
        Assert.Contains($"Port {port}", sentence, StringComparison.Ordinal);
        Assert.Contains($"Segmentation:Endpoints:{key}", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_InvalidOptions_AreOneSentenceEach()
    {
        await using var process = StandaloneProcess.Start(
            "Segmentation:Endpoints:GrpcPort=70000", "Segmentation:Sessions:MaxOpen=0", "Segmentation:Decoder:Workers=0");

        var code = await process.ExitAsync(Cancel);

        Assert.Equal(1, code);
        var sentences = process.Error.Trim().Split('\n');
        Assert.Equal(3, sentences.Length);
        Assert.Contains(sentences, s => s.Contains("Segmentation:Endpoints:GrpcPort is '70000'", StringComparison.Ordinal));
        Assert.Contains(sentences, s => s.Contains("Segmentation:Sessions:MaxOpen", StringComparison.Ordinal));
        Assert.Contains(sentences, s => s.Contains("Workers", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Banner_NamesTheStudioFirst()
    {
        await using var process = await StandaloneProcess.StartReadyAsync(Cancel);

        var lines = process.Output.Split('\n', StringSplitOptions.TrimEntries).ToList();
        var first = lines[lines.FindIndex(line => line.Contains("Segmentation is ready", StringComparison.Ordinal)) + 1];
        var isBuilt = File.Exists(Path.Combine(AppContext.BaseDirectory, "studio", "index.html"));
        Assert.StartsWith("Studio ", first, StringComparison.Ordinal);
        Assert.EndsWith(isBuilt ? $" {process.Http}" : "where Node 20.19 or later is", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAnEmptyHome_WritesNothingThereAndWarnsOfNothing()
    {
        var home = Directory.CreateTempSubdirectory("home");
        await using (var process = await StandaloneProcess.ReadyAsync(
            StandaloneProcess.StartAtHome(
                home.FullName, "Segmentation:Endpoints:GrpcPort=0", "Segmentation:Endpoints:HttpPort=0"),
            Cancel))
        {
            Assert.DoesNotContain(" warn: ", process.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(" fail: ", process.Output, StringComparison.Ordinal);
        }

        Assert.Empty(home.EnumerateDirectories(".aspnet"));
        home.Delete(recursive: true);
    }

    [Fact]
    public async Task Start_LogsAsJson_EveryLineIsAnObject()
    {
        await using var process = await StandaloneProcess.StartReadyAsync(Cancel, "Segmentation:Logging:Format=Json");

        var lines = process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var messages = lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()).ToList();
        Assert.Contains(messages, message => message!.StartsWith("Segmentation is ready", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Segmentation:Endpoints:GrpcPort=many", "Segmentation:Endpoints:GrpcPort")]
    [InlineData("Segmentation:Model:Id=nothing", "nothing")]
    [InlineData("Segmentation:Logging:Format=xml", "Segmentation:Logging:Format is 'xml'; it must be Text or Json.")]
    [InlineData("Segmentation:Telemetry:Prometheus=perhaps", "Segmentation:Telemetry:Prometheus")]
    public async Task Start_UnusableValue_IsOneSentence(string option, string named)
    {
        await using var process = StandaloneProcess.Start(option);

        var code = await process.ExitAsync(Cancel);

        Assert.Equal(1, code);
        Assert.Contains(named, Assert.Single(process.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Healthcheck_NothingRuns_ExitsWithOne()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)reserved.LocalEndPoint!).Port;
        await using var process = StandaloneProcess.Start("healthcheck", $"Segmentation:Endpoints:OperatorPort={port}");

        Assert.Equal(1, await process.ExitAsync(Cancel));
        Assert.Empty(process.Error.Trim());
    }
}
