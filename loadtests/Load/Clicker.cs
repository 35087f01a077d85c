using Google.Protobuf;
using Grpc.Core;
using Segmentation.Client;
using Segmentation.LoadTests.Systems;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Load;

/// <summary>Clicks on pictures of a running system, by unary calls or by a live session a picture.</summary>
internal sealed class Clicker : IAsyncDisposable
{
    private readonly SegmentationService.SegmentationServiceClient _client;
    private readonly SegmentationClient _uploads;
    private readonly Pictures _pictures;
    private readonly List<Image> _images = [];
    private readonly List<ClickSession> _sessions = [];

    private Clicker(SpawnedSystem system, Pictures pictures)
    {
        _client = new SegmentationService.SegmentationServiceClient(system.Channel);
        _uploads = new SegmentationClient(system.Address);
        _pictures = pictures;
        Restoring = new Restoring((picture, token) => _uploads.UploadAsync(Pictures.File(picture), token));
    }

    /// <summary>Pictures that had to be sent again.</summary>
    public Restoring Restoring { get; }

    /// <summary>Clicks once on every picture, so that all are hot.</summary>
    public static async Task<Clicker> StartAsync(
        SpawnedSystem system, Pictures pictures, bool isStream, CancellationToken cancellationToken)
    {
        var clicker = new Clicker(system, pictures);
        for (var i = 0; i < pictures.Count; i++)
        {
            var first = await clicker._client.SegmentAsync(
                new SegmentRequest
                {
                    ImageData = UnsafeByteOperations.UnsafeWrap(Pictures.File(i)),
                    Prompts = { new Prompt { Points = { new Point { X = 30, Y = 20 } } } },
                    Output = new OutputOptions { Refinable = false },
                },
                cancellationToken: cancellationToken);
            clicker._images.Add(first.Image);
            if (isStream)
            {
                clicker._sessions.Add(await ClickSession.OpenAsync(clicker._client, first.Image.Id, cancellationToken));
            }
        }

        return clicker;
    }

    /// <summary>
    /// The n-th click: somewhere on a picture, spread evenly. A picture that is not held any more is sent again first,
    /// and the click's time includes that.
    /// </summary>
    public Task ClickAsync(int n, CancellationToken cancellationToken)
    {
        var picture = _pictures.Next();
        var point = PointOf(_images[picture], n);
        return Restoring.ClickAsync(picture, () => ClickAsync(picture, point, cancellationToken), cancellationToken);
    }

    /// <summary>Many prompts in one request, as data sets are annotated: more than 16 go into the batch lane.</summary>
    /// <param name="prompts">How many.</param>
    /// <param name="cancellationToken">Ends them.</param>
    /// <param name="deadline">When the answer is of no use any more; null: never.</param>
    /// <returns>Whether they were answered before the token ended them.</returns>
    public async Task<bool> TryBulkAsync(
        int prompts, CancellationToken cancellationToken, DateTime? deadline = null)
    {
        var image = _images[0];
        var points = Enumerable.Range(0, prompts).Select(i => PointOf(image, i));
        try
        {
            await _client.SegmentAsync(RequestOf(0, points), deadline: deadline, cancellationToken: cancellationToken);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        _uploads.Dispose();
    }

    private async Task ClickAsync(int picture, Point point, CancellationToken cancellationToken)
    {
        if (_sessions.Count > 0)
        {
            await _sessions[picture].ClickAsync(point, cancellationToken);
            return;
        }

        await _client.SegmentAsync(RequestOf(picture, [point]), cancellationToken: cancellationToken);
    }

    // The golden ratio's multiples spread evenly over both axes.
    private static Point PointOf(Image image, int n) => new()
    {
        X = (float)(n * 0.618034 % 1 * image.Width),
        Y = (float)(n * 0.754878 % 1 * image.Height),
    };

    private SegmentRequest RequestOf(int picture, IEnumerable<Point> points) => new()
    {
        ImageId = _images[picture].Id,
        Prompts = { points.Select(point => new Prompt { Points = { point } }) },
        Output = new OutputOptions { Refinable = false },
    };
}
