using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;
using Segmentation.LoadTests.Reporting;
using Segmentation.Protocol.V1;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// Many who prompt and upload at once, each as fast as answers come, waiting as long as refusals say: what is answered
/// in time under ten times as many is to be hardly less.
/// </summary>
/// <param name="prompters">Clients of sixteen prompts a call, ten times those of the first half.</param>
/// <param name="uploaders">Clients that upload, ten times those of the first half.</param>
/// <param name="seconds">Seconds of the whole attack; each half is measured without its first quarter.</param>
internal sealed class Overload(int prompters, int uploaders, double seconds) : IAttack
{
    private const int Prompts = 16;
    private const double GoodputBound = 1 / 0.8;

    /// <summary>Answers that take longer are of no use to anybody who waits.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Lazy<byte[]> _picture = new(() => HostileImages.SmallPicture(-2));
    private int _files = 1_000_000;
    private int _prompted;
    private int _uploaded;

    /// <inheritdoc/>
    public string Name => "overload";

    /// <inheritdoc/>
    public string Sent => $"{prompters} clients of {Prompts} prompts and {uploaders} uploaders, after a tenth of them";

    /// <inheritdoc/>
    public double? Seconds => seconds;

    /// <inheritdoc/>
    public AttackBounds Bounds { get; } = AttackBounds.Work(700);

    /// <inheritdoc/>
    public async Task PrepareAsync(AttackTarget target, CancellationToken cancellationToken)
    {
        using var caller = new AttackCaller(target, new Answers());
        await Uploading.SendAsync(caller, 0, _picture.Value, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        using var caller = new AttackCaller(target, answers);
        var (fewPrompts, fewUploads) = await HalfAsync(caller, 10, end);
        var (manyPrompts, manyUploads) = await HalfAsync(caller, 1, end);
        answers.Add(Measurement.Of("prompts a second of a tenth", "1/s", [fewPrompts]));
        answers.Add(Measurement.Of("prompts a second of all", "1/s", [manyPrompts]));
        answers.Add(Measurement.Of(
            "prompts of a tenth / of all", "ratio", [fewPrompts / Math.Max(manyPrompts, 0.001)], GoodputBound));
        answers.Add(Measurement.Of("uploads a second of a tenth", "1/s", [fewUploads]));
        answers.Add(Measurement.Of("uploads a second of all", "1/s", [manyUploads]));
    }

    /// <summary>Prompts and uploads answered a second, once the queues have filled.</summary>
    private async Task<(double Prompts, double Uploads)> HalfAsync(
        AttackCaller caller, int divisor, CancellationToken end)
    {
        using var half = CancellationTokenSource.CreateLinkedTokenSource(end);
        var length = TimeSpan.FromSeconds(seconds / 2);
        half.CancelAfter(length);
        var image = Prompting.IdOf(_picture.Value);
        var clients = Task.WhenAll(
        [
            .. Enumerable.Range(0, prompters / divisor).Select(_ => RepeatAsync(
                token => caller.GrpcAsync(
                    AttackCaller.Segment, Prompting.Body(Prompting.Grid(image, Prompts, 90, 60, MaskFormat.Rle)), token),
                () => Interlocked.Add(ref _prompted, Prompts),
                half.Token)),
            .. Enumerable.Range(0, uploaders / divisor).Select(n => RepeatAsync(
                token => Uploading.SendAsync(
                    caller, n, HostileImages.SmallPicture(Interlocked.Increment(ref _files)), token),
                () => Interlocked.Increment(ref _uploaded),
                half.Token)),
        ]);
        try
        {
            await Task.Delay(length / 4, half.Token);
            var (prompted, uploaded, since) = (_prompted, _uploaded, Stopwatch.GetTimestamp());
            await clients;
            var took = Stopwatch.GetElapsedTime(since).TotalSeconds;
            return ((_prompted - prompted) / took, (_uploaded - uploaded) / took);
        }
        catch (OperationCanceledException)
        {
            await clients;
            return (0, 0);
        }
    }

    private static async Task RepeatAsync(
        Func<CancellationToken, Task<RpcStatus?>> call, Action onAnswered, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(end);
            patience.CancelAfter(_patience);
            var status = await call(patience.Token);
            if (status?.Code == (int)StatusCode.OK)
            {
                onAnswered();
            }
            else
            {
                await PauseAsync(status, end);
            }
        }
    }

    private static async Task PauseAsync(RpcStatus? status, CancellationToken end)
    {
        try
        {
            var pause = status?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan() ?? TimeSpan.FromMilliseconds(100);
            await Task.Delay(pause, end);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
