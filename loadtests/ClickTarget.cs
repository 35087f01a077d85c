using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests;

/// <summary>A running system with one photograph opened on it.</summary>
internal sealed class ClickTarget : IAsyncDisposable
{
    /// <summary>All tiers in one process.</summary>
    public const string Standalone = "standalone";

    /// <summary>Each tier in a process of its own.</summary>
    public const string Cluster = "cluster";

    private readonly IAsyncDisposable _processes;
    private readonly SegmentationService.SegmentationServiceClient _client;
    private readonly SegmentRequest _request;

    private ClickTarget(string name, IAsyncDisposable processes, ChannelBase channel, byte[] file)
    {
        Name = name;
        _processes = processes;
        _client = new SegmentationService.SegmentationServiceClient(channel);
        _request = new SegmentRequest
        {
            ImageData = UnsafeByteOperations.UnsafeWrap(file),
            Prompts = { new Prompt { Points = { new Point { X = 300, Y = 200 } } } },
            Output = new OutputOptions { Refinable = false },
        };
    }

    /// <summary>What was started.</summary>
    public string Name { get; }

    /// <summary>Starts it and clicks once, so that the photograph is hot.</summary>
    public static async Task<ClickTarget> StartAsync(string name, byte[] file, CancellationToken cancellationToken)
    {
        ClickTarget target;
        if (name == Standalone)
        {
            var process = await StandaloneProcess.StartAsync(cancellationToken);
            target = new ClickTarget(name, process, process.Channel, file);
        }
        else
        {
            var cluster = new ClusterProcesses(RedisProcess.Garnet, silos: 1, encoders: 1);
            target = new ClickTarget(name, cluster, cluster.Channel, file);
            await cluster.StartAsync(cancellationToken);
        }

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

    public ValueTask DisposeAsync() => _processes.DisposeAsync();
}
