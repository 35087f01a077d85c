using System.Diagnostics;
using Grpc.Core;
using Segmentation.Client;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Clients who send a request when the last one was answered, and wait as long as they are told when it was not.
/// </summary>
internal sealed class GoodputRun : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private readonly Clicker _clicker;
    private readonly SegmentationClient _uploads;
    private readonly int _prompts;
    private readonly TimeSpan _length;
    private readonly TimeSpan _deadline;
    private int _picture = 100;

    private GoodputRun(Clicker clicker, SegmentationClient uploads, int prompts, TimeSpan length, TimeSpan deadline) =>
        (_clicker, _uploads, _prompts, _length, _deadline) = (clicker, uploads, prompts, length, deadline);

    /// <summary>Makes the pictures hot.</summary>
    public static async Task<GoodputRun> StartAsync(
        SpawnedSystem system, int prompts, TimeSpan length, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var clicker = await Clicker.StartAsync(system, new Pictures(2, 0), isStream: false, cancellationToken);
        return new GoodputRun(clicker, new SegmentationClient(system.Address), prompts, length, deadline);
    }

    /// <summary>One window.</summary>
    public async Task<Window> MeasureAsync(int clients, int uploaders, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var window = new Window(_length);
        var uploading = Enumerable.Range(0, uploaders).Select(_ => UploadAsync(end.Token)).ToList();
        var running = Enumerable.Range(0, clients).Select(_ => AskAsync(window, end.Token)).ToList();
        await Task.Delay(_length, cancellationToken);
        await end.CancelAsync();
        await Task.WhenAll([.. uploading, .. running]);
        return window;
    }

    public async ValueTask DisposeAsync()
    {
        _uploads.Dispose();
        await _clicker.DisposeAsync();
    }

    private async Task AskAsync(Window window, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var since = Stopwatch.GetTimestamp();
            try
            {
                if (await _clicker.TryBulkAsync(_prompts, end, TimeProvider.System.GetUtcNow().UtcDateTime + _deadline))
                {
                    window.Times.Add(Stopwatch.GetElapsedTime(since));
                }
            }
            catch (RpcException error)
            {
                window.Add(error);
                var left = error.GetRpcStatus()?.GetDetail<Google.Rpc.RetryInfo>()?.RetryDelay.ToTimeSpan() ?? _pause;
                await Task.Delay(left, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task UploadAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await _uploads.UploadAsync(Pictures.File(Interlocked.Increment(ref _picture)), end);
            }
            catch (RpcException)
            {
                // Refused, as it should be while too many come at a time.
                await Task.Delay(_pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Outcomes of the requests of one window.</summary>
    internal sealed class Window(TimeSpan length)
    {
        private int _late;
        private int _refused;

        /// <summary>Of the answers in time.</summary>
        public Latencies Times { get; } = new();

        /// <summary>Answers in time a second.</summary>
        public double InTime => Times.Count / length.TotalSeconds;

        /// <summary>Requests whose time was over.</summary>
        public int Late => _late;

        /// <summary>Requests that were refused.</summary>
        public int Refused => _refused;

        /// <summary>Counts a request without an answer.</summary>
        public void Add(RpcException error)
        {
            _ = error.StatusCode == StatusCode.DeadlineExceeded
                ? Interlocked.Increment(ref _late)
                : Interlocked.Increment(ref _refused);
        }
    }
}
