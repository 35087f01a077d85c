using Google.Protobuf;
using Segmentation.LoadTests.Systems;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Commands;

/// <summary>A running system with one photograph opened on it.</summary>
internal sealed class ClickTarget : IAsyncDisposable
{
    private readonly SpawnedSystem _system;
    private readonly SegmentationService.SegmentationServiceClient _client;
    private readonly SegmentRequest _request;

    private ClickTarget(SpawnedSystem system, byte[] file)
    {
        _system = system;
        _client = new SegmentationService.SegmentationServiceClient(system.Channel);
        _request = new SegmentRequest
        {
            ImageData = UnsafeByteOperations.UnsafeWrap(file),
            Prompts = { new Prompt { Points = { new Point { X = 300, Y = 200 } } } },
            Output = new OutputOptions { Refinable = false },
        };
    }

    /// <summary>What was started.</summary>
    public string Name => _system.Name;

    /// <summary>Starts it and clicks once, so that the photograph is hot.</summary>
    public static async Task<ClickTarget> StartAsync(string name, byte[] file, CancellationToken cancellationToken)
    {
        var target = new ClickTarget(await SpawnedSystem.StartAsync(name, cancellationToken), file);
        var first = await target._client.SegmentAsync(target._request, cancellationToken: cancellationToken);
        target._request.ImageId = first.Image.Id;
        return target;
    }

    /// <summary>Clicks and waits for the masks.</summary>
    public void Click((float X, float Y) at, CancellationToken cancellationToken)
    {
        (_request.Prompts[0].Points[0].X, _request.Prompts[0].Points[0].Y) = at;
        _client.Segment(_request, cancellationToken: cancellationToken);
    }

    public ValueTask DisposeAsync() => _system.DisposeAsync();
}
