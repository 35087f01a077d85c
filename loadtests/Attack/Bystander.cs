using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Segmentation.LoadTests.Load;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// A person of another tenant and another address who clicks, by gRPC and REST in turn, and uploads small pictures that
/// no server has seen.
/// </summary>
internal sealed class Bystander : IDisposable
{
    /// <summary>The bystander's tenant.</summary>
    public const string Name = "bystander";

    private static readonly TimeSpan _betweenClicks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _betweenUploads = TimeSpan.FromMilliseconds(1500);

    /// <summary>An answer that did not come within this is a failure, and its time is this.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly AttackTarget _target;
    private readonly GrpcChannel _channel;
    private readonly HttpClient _http;
    private readonly SegmentationService.SegmentationServiceClient _segmentation;
    private readonly ImageService.ImageServiceClient _images;
    private Image _image = new();
    private int _clicks;
    private int _uploads;

    public Bystander(AttackTarget target)
    {
        _target = target;
        _http = target.Client(Name, AttackTarget.BystandersAddress);
        _channel = target.Channel(Name, AttackTarget.BystandersAddress);
        _segmentation = new SegmentationService.SegmentationServiceClient(_channel);
        _images = new ImageService.ImageServiceClient(_channel);
    }

    /// <summary>Uploads the picture that is clicked on, waiting for its turn if need be.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken) =>
        _image = await UploadByGrpcAsync(Pictures.File(0), cancellationToken);

    /// <summary>Clicks and uploads until the token ends that; what is under way then is waited for.</summary>
    public async Task<BystanderFigures> RunAsync(CancellationToken end)
    {
        var figures = new BystanderFigures();
        await Task.WhenAll(
            EachAsync(_betweenClicks, figures.Clicks, figures, ClickAsync, end),
            EachAsync(_betweenUploads, figures.Uploads, figures, UploadAsync, end));
        return figures;
    }

    /// <summary>Tells whether one upload and one click are answered within the time.</summary>
    public async Task<bool> IsServedAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(patience);
        using var timer = new PeriodicTimer(_betweenClicks);
        do
        {
            if (await TryAsync(UploadAsync, limited.Token) is null && await TryAsync(ClickAsync, limited.Token) is null)
            {
                return true;
            }
        }
        while (await TicksAsync(timer, limited.Token));

        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }

    /// <summary>Does something when it is due, whether what was due before has been answered or not.</summary>
    private static async Task EachAsync(
        TimeSpan period,
        Latencies times,
        BystanderFigures figures,
        Func<CancellationToken, Task> action,
        CancellationToken end)
    {
        var underWay = new List<Task>();
        using var timer = new PeriodicTimer(period);
        do
        {
            underWay.Add(OnceAsync(times, figures, action));
        }
        while (await TicksAsync(timer, end));
        await Task.WhenAll(underWay);
    }

    private static async Task OnceAsync(Latencies times, BystanderFigures figures, Func<CancellationToken, Task> action)
    {
        using var patience = new CancellationTokenSource(_patience);
        var since = Stopwatch.GetTimestamp();
        if (await TryAsync(action, patience.Token) is { } problem)
        {
            times.AddFailure();
            figures.Add(problem);
        }

        times.Add(Stopwatch.GetElapsedTime(since));
    }

    private static async Task<bool> TicksAsync(PeriodicTimer timer, CancellationToken end)
    {
        try
        {
            return await timer.WaitForNextTickAsync(end);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Does something once.</summary>
    /// <returns>What went wrong; null when it was answered.</returns>
    private static async Task<string?> TryAsync(Func<CancellationToken, Task> action, CancellationToken patience)
    {
        try
        {
            await action(patience);
            return null;
        }
        catch (Exception) when (patience.IsCancellationRequested)
        {
            return "no answer in time";
        }
        catch (RpcException error)
        {
            return error.GetRpcStatus() is { } status ? AttackCaller.Words(status) : $"{error.StatusCode}";
        }
        catch (HttpRequestException error)
        {
            return error.StatusCode is { } code ? $"HTTP {(int)code}" : "connection ended";
        }
    }

    private async Task ClickAsync(CancellationToken cancellationToken)
    {
        // The golden ratio's multiples spread evenly over both axes.
        var n = Interlocked.Increment(ref _clicks);
        var (x, y) = ((float)(n * 0.618034 % 1 * _image.Width), (float)(n * 0.754878 % 1 * _image.Height));
        var request = new SegmentRequest
        {
            ImageId = _image.Id,
            Prompts = { new Prompt { Points = { new Point { X = x, Y = y } } } },
            Output = new OutputOptions { Refinable = false },
        };
        if (n % 2 == 0)
        {
            await _segmentation.SegmentAsync(request, cancellationToken: cancellationToken);
            return;
        }

        var body = new StringContent(JsonFormatter.Default.Format(request), null, "application/json");
        using var answer = await _http.PostAsync(new Uri(_target.Http, "v1/segment"), body, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private async Task UploadAsync(CancellationToken cancellationToken)
    {
        var n = Interlocked.Increment(ref _uploads);
        var file = HostileImages.SmallPicture(n);
        if (n % 2 == 0)
        {
            await UploadByGrpcAsync(file, cancellationToken);
            return;
        }

        using var body = new ByteArrayContent(file);
        body.Headers.ContentType = new("image/png");
        using var answer = await _http.PostAsync(new Uri(_target.Http, "v1/images"), body, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<Image> UploadByGrpcAsync(byte[] file, CancellationToken cancellationToken)
    {
        using var call = _images.UploadImage(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(
            new() { Metadata = new UploadImageMetadata { SizeBytes = (ulong)file.Length } }, cancellationToken);
        await call.RequestStream.WriteAsync(
            new() { Chunk = UnsafeByteOperations.UnsafeWrap(file) }, cancellationToken);
        await call.RequestStream.CompleteAsync();
        return await call.ResponseAsync;
    }
}
