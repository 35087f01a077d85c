using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Tests.Shared;

/// <summary>Uploads one picture after the other, each a new file, and clicks on each: what must not get lost.</summary>
internal sealed class Uploads
{
    private readonly List<string> _problems = [];
    private readonly bool _mayBeRefused;
    private readonly Task _running;
    private long _longest;
    private volatile bool _isStopped;
    private int _answered;
    private int _refused;

    private Uploads(ChannelBase channel, bool mayBeRefused, CancellationToken cancellationToken)
    {
        _mayBeRefused = mayBeRefused;
        _running = RunAsync(channel, cancellationToken);
    }

    /// <summary>Pictures uploaded and clicked on.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Pictures that were refused with UNAVAILABLE and RetryInfo, where that is no problem.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>The longest that an upload took since this was last asked.</summary>
    public TimeSpan TakeSilence() => TimeSpan.FromTicks(Interlocked.Exchange(ref _longest, 0));

    /// <summary>Starts; goes on until stopped.</summary>
    /// <param name="channel">The gateway.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <param name="mayBeRefused">UNAVAILABLE with RetryInfo is no problem; any other error still is.</param>
    public static Uploads Start(
        ChannelBase channel, CancellationToken cancellationToken, bool mayBeRefused = false) =>
        new(channel, mayBeRefused, cancellationToken);

    /// <summary>Completes when so many more were answered, or it ended.</summary>
    public async Task MoreAsync(int pictures, CancellationToken cancellationToken)
    {
        var until = Answered + pictures;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Answered < until && !_running.IsCompleted)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Finishes the picture under way and returns what went wrong.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        _isStopped = true;
        await _running;
        return _problems;
    }

    private async Task RunAsync(ChannelBase channel, CancellationToken cancellationToken)
    {
        var images = new ImageService.ImageServiceClient(channel);
        var segmentation = new SegmentationService.SegmentationServiceClient(channel);
        string? expected = null;
        while (!_isStopped)
        {
            try
            {
                var file = Photograph.Copy();
                var masks = await ClickAsync(images, segmentation, file, cancellationToken)
                    ?? await ClickAsync(images, segmentation, file, cancellationToken);
                expected ??= masks;
                if (masks != expected)
                {
                    _problems.Add($"Upload {Answered} gave {(masks is null ? "no" : "other")} masks.");
                }
            }
            catch (RpcException error) when (_mayBeRefused && Refusal.Is(error))
            {
                Interlocked.Increment(ref _refused);
            }
            catch (RpcException error)
            {
                _problems.Add($"Upload {Answered}: {error.Status}");
                if (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
            }

            Interlocked.Increment(ref _answered);
        }
    }

    /// <summary>
    /// Masks of a click on an uploaded file. Null when a store that lost it between the two says so: then clients
    /// upload again, as the contract tells them.
    /// </summary>
    private async Task<string?> ClickAsync(
        ImageService.ImageServiceClient images,
        SegmentationService.SegmentationServiceClient segmentation,
        ByteString file,
        CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var deadline = (TimeProvider.System.GetUtcNow() + Patience.Longest).UtcDateTime;
        using var upload = images.UploadImage(deadline: deadline, cancellationToken: cancellationToken);
        await upload.RequestStream.WriteAsync(new UploadImageRequest { Chunk = file }, cancellationToken);
        await upload.RequestStream.CompleteAsync();
        var image = await upload;
        _longest = Math.Max(_longest, Stopwatch.GetElapsedTime(start).Ticks);
        try
        {
            var answer = await segmentation.SegmentAsync(
                new SegmentRequest { ImageId = image.Id, Prompts = { Photograph.Click(300, 200) } },
                deadline: deadline,
                cancellationToken: cancellationToken);
            return Photograph.Describe(answer.Results[0]);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }
}
