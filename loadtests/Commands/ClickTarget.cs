using Google.Protobuf;
using Grpc.Core;
using Segmentation.LoadTests.Systems;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Commands;

/// <summary>A running system with one photograph opened on it.</summary>
internal sealed class ClickTarget : IAsyncDisposable
{
    /// <summary>The tenant whose key is sent to a server with identity.</summary>
    public const string Tenant = "clicker";

    private readonly SpawnedSystem _system;
    private readonly SegmentationService.SegmentationServiceClient _client;
    private readonly SegmentRequest _request;
    private readonly Metadata _metadata = [];

    private ClickTarget(SpawnedSystem system, byte[] file, string? key)
    {
        _system = system;
        if (key is not null)
        {
            _metadata.Add("authorization", $"Bearer {key}");
        }

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
    /// <param name="name">What to start.</param>
    /// <param name="file">The photograph.</param>
    /// <param name="cancellationToken">Ends starting.</param>
    /// <param name="keys">Keys of the server, with one of the tenant <c>clicker</c>; null: a server without identity.</param>
    public static async Task<ClickTarget> StartAsync(
        string name, byte[] file, CancellationToken cancellationToken, TenantKeysFile? keys = null)
    {
        string[] options = keys is null ? [] : [keys.Option];
        var system = await SpawnedSystem.StartAsync(name, cancellationToken, options: options);
        var target = new ClickTarget(system, file, keys?[Tenant]);
        var first = await target._client.SegmentAsync(target._request, target._metadata, cancellationToken: cancellationToken);
        target._request.ImageId = first.Image.Id;
        return target;
    }

    /// <summary>Clicks and waits for the masks.</summary>
    public void Click((float X, float Y) at, CancellationToken cancellationToken)
    {
        (_request.Prompts[0].Points[0].X, _request.Prompts[0].Points[0].Y) = at;
        _client.Segment(_request, _metadata, cancellationToken: cancellationToken);
    }

    public ValueTask DisposeAsync() => _system.DisposeAsync();
}
