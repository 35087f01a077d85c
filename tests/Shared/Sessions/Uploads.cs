using System.Diagnostics;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Tests.Shared;

/// <summary>Uploads one picture after the other, each a new file, and clicks on each: what must not get lost.</summary>
internal sealed class Uploads
{
    private readonly List<string> _problems = [];
    private readonly Task _running;
    private long _longest;
    private volatile bool _isStopped;
    private int _answered;

    private Uploads(ChannelBase channel, CancellationToken cancellationToken) =>
        _running = RunAsync(channel, cancellationToken);

    /// <summary>Pictures uploaded and clicked on.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>The longest that an upload took since this was last asked.</summary>
    public TimeSpan TakeSilence() => TimeSpan.FromTicks(Interlocked.Exchange(ref _longest, 0));

    /// <summary>Starts; goes on until stopped.</summary>
    public static Uploads Start(ChannelBase channel, CancellationToken cancellationToken) =>
        new(channel, cancellationToken);

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
                var start = Stopwatch.GetTimestamp();
                using var upload = images.UploadImage(cancellationToken: cancellationToken);
                await upload.RequestStream.WriteAsync(
                    new UploadImageRequest { Chunk = Photograph.Copy() }, cancellationToken);
                await upload.RequestStream.CompleteAsync();
                var image = await upload;
                _longest = Math.Max(_longest, Stopwatch.GetElapsedTime(start).Ticks);
                var answer = await segmentation.SegmentAsync(
                    new SegmentRequest { ImageId = image.Id, Prompts = { Photograph.Click(300, 200) } },
                    cancellationToken: cancellationToken);
                var masks = Photograph.Describe(answer.Results[0]);
                expected ??= masks;
                if (masks != expected)
                {
                    _problems.Add($"Upload {Answered} gave other masks.");
                }
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
}
