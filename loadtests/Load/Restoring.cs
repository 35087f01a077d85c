using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;
using Segmentation.LoadTests.Reporting;

namespace Segmentation.LoadTests.Load;

/// <summary>
/// Sends a picture again when the server says that it does not hold its embedding any more, and counts that apart from
/// failures. Clicks that miss the same picture at the same time share one upload.
/// </summary>
/// <param name="upload">Uploads a picture's file.</param>
internal sealed class Restoring(Func<int, CancellationToken, Task> upload)
{
    /// <summary>Most uploads for one click: caches that are far too small evict a picture before its click.</summary>
    private const int MaxUploads = 3;

    private readonly ConcurrentDictionary<int, Lazy<Task>> _running = [];
    private int _all;
    private int _clicks;

    /// <summary>Clicks whose picture had to be sent again first.</summary>
    public int Clicks => _clicks;

    /// <summary>Times of the uploads, and the number that failed.</summary>
    public Latencies Uploads { get; } = new();

    /// <summary>Clicks, after sending the picture again where the server does not hold it.</summary>
    /// <param name="picture">Index of the picture.</param>
    /// <param name="click">Sends the click and waits for its masks.</param>
    /// <param name="cancellationToken">Ends uploads.</param>
    /// <exception cref="RpcException">
    /// The click failed for another reason, an upload failed, or the picture was missing after each of three uploads.
    /// </exception>
    public async Task ClickAsync(int picture, Func<Task> click, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _all);
        for (var uploads = 0; ; uploads++)
        {
            try
            {
                await click();
                return;
            }
            catch (RpcException error) when (uploads < MaxUploads && IsImageMissing(error))
            {
                if (uploads == 0)
                {
                    Interlocked.Increment(ref _clicks);
                }
            }

            await UploadAsync(picture, cancellationToken);
        }
    }

    /// <summary>Number and cost of pictures that were sent again.</summary>
    /// <param name="name">Begin of the rows' names.</param>
    public IEnumerable<Measurement> Rows(string name)
    {
        yield return Measurement.Of(
            $"{name}: clicks whose picture was sent again", "ratio", [_all == 0 ? 0 : (double)_clicks / _all]);
        yield return Measurement.Of($"{name}: pictures sent again", "requests", [Uploads.Count]);
        if (Uploads.Count > 0)
        {
            yield return Measurement.Of($"{name}: picture sent again, p50", "ms", [Uploads.At(50)]);
            yield return Measurement.Of($"{name}: picture sent again, p99", "ms", [Uploads.At(99)]);
        }
    }

    private static bool IsImageMissing(RpcException error) =>
        error.StatusCode == StatusCode.NotFound
        && error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "IMAGE_NOT_FOUND";

    private async Task UploadAsync(int picture, CancellationToken cancellationToken)
    {
        var upload = new Lazy<Task>(() => TimedUploadAsync(picture, cancellationToken));
        await _running.GetOrAdd(picture, upload).Value;
    }

    private async Task TimedUploadAsync(int picture, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            await upload(picture, cancellationToken);
            Uploads.Add(Stopwatch.GetElapsedTime(since));
        }
        catch (RpcException)
        {
            Uploads.AddFailure();
            throw;
        }
        finally
        {
            _running.TryRemove(picture, out _);
        }
    }
}
