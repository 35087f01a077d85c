using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Net.Client;
using Segmentation.Masks;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Doors.Tests;

/// <summary>One running program, with doors open, for all tests of the collection.</summary>
public sealed class RunningDoors : IAsyncLifetime
{
    /// <summary>Name of the collection.</summary>
    public const string Collection = "doors";

    private readonly ServiceProcess _process;

    public RunningDoors()
    {
        var (http, grpc) = (Repository.FreePort(), Repository.FreePort());
        _process = new ServiceProcess(
            "Standalone",
            http,
            [
                $"Endpoints:HttpPort={http}", $"Endpoints:GrpcPort={grpc}",
                "Doors:OpenInference:Enabled=true", "Doors:OpenInference:MaxMaskBytes=1048576",
                "Doors:Samapi:Enabled=true", "Doors:XAnyLabeling:Enabled=true",
                "Doors:Samgeo:Enabled=true", "Doors:Samgeo:Versions:sam2=none-such",
            ]);
        Http = new HttpClient { BaseAddress = _process.Address };
        Channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpc}", new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    /// <summary>A client of its HTTP port.</summary>
    internal HttpClient Http { get; }

    /// <summary>A channel to its gRPC port.</summary>
    internal GrpcChannel Channel { get; }

    /// <summary>A photo of 600 x 400 pixels.</summary>
    internal static byte[] Coffee { get; } =
        File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"));

    public ValueTask InitializeAsync() => new(_process.StartAsync(CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>The answer of this system's own interface, for comparison.</summary>
    internal async Task<SegmentResponse> SegmentAsync(SegmentRequest request, CancellationToken cancellationToken)
    {
        request.ImageData = ByteString.CopyFrom(Coffee);
        request.Output ??= new();
        request.Output.Refinable = false;
        return await new SegmentationService.SegmentationServiceClient(Channel)
            .SegmentAsync(request, cancellationToken: cancellationToken);
    }

    /// <summary>Posts JSON.</summary>
    internal async Task<(int Status, JsonNode Body)> PostAsync(
        string path, JsonNode body, CancellationToken cancellationToken)
    {
        using var answer = await Http.PostAsJsonAsync(path, body, cancellationToken);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!);
    }

    /// <summary>Asks for JSON.</summary>
    internal async Task<(int Status, JsonNode Body)> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await Http.GetAsync(path, cancellationToken);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!);
    }

    /// <summary>A mask of an answer.</summary>
    internal static RunLengths RunsOf(Mask mask) =>
        RunLengths.FromCocoString((int)mask.Rle.Size[0], (int)mask.Rle.Size[1], mask.Rle.Counts);

    /// <summary>A mask in JSON as pycocotools has it.</summary>
    internal static RunLengths RunsOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        var size = document.RootElement.GetProperty("size");
        return RunLengths.FromCocoString(
            size[0].GetInt32(), size[1].GetInt32(), document.RootElement.GetProperty("counts").GetString()!);
    }
}

/// <summary>Tests of one running program.</summary>
[CollectionDefinition(RunningDoors.Collection)]
public sealed class DoorCollection : ICollectionFixture<RunningDoors>;
