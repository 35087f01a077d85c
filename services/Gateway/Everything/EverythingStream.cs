using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Receiving;
using Segmentation.Identity;
using Segmentation.Protocol.V1;
using EverythingMask = Segmentation.Masks.Everything.EverythingMask;
using Progress = Segmentation.Masks.Everything.EverythingProgress;

namespace Segmentation.Gateway.Everything;

/// <summary>Answers a request: joins the search and streams its progress and masks at the client's pace.</summary>
internal sealed class EverythingStream(
    RequestParser parser,
    SearchRegistry registry,
    AnswerBudget budget,
    OpenCalls calls,
    ServerDrain drain,
    TimeProvider clock)
    : IDisposable
{
    /// <summary>Messages of masks in memory for each stream: one is being sent while the next is being made.</summary>
    private const int MasksHeld = 2;

    /// <summary>Shortest time between two messages of progress.</summary>
    private static readonly TimeSpan _progressPeriod = TimeSpan.FromMilliseconds(200);

    // PNG files and polygons occupy a thread for milliseconds each, and all streams of a search want theirs at once.
    private readonly SemaphoreSlim _slowForms = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Answers a request.</summary>
    /// <param name="caller">The client.</param>
    /// <param name="request">The request.</param>
    /// <param name="intake">Account of the request, charged with its image.</param>
    /// <param name="responses">Receives the answer.</param>
    /// <param name="cancellationToken">Cancelled when the client has gone.</param>
    /// <exception cref="RpcException">
    /// The search failed, or the caller's credential was revoked or has expired; the status says why.
    /// </exception>
    public Task RunAsync(
        Caller caller,
        SegmentEverythingRequest request,
        RequestIntake intake,
        IServerStreamWriter<SegmentEverythingResponse> responses,
        CancellationToken cancellationToken) => calls.RunAsync(
            caller,
            Scope.Everything,
            "SegmentEverything",
            (_, stop) => JoinAsync(caller, request, intake, responses, stop),
            cancellationToken);

    public void Dispose() => _slowForms.Dispose();

    private async Task<bool> JoinAsync(
        Caller caller,
        SegmentEverythingRequest request,
        RequestIntake intake,
        IServerStreamWriter<SegmentEverythingResponse> responses,
        CancellationToken cancellationToken)
    {
        var parsed = await parser.ParseAsync(caller, request, cancellationToken);
        var search = registry.Join(parsed.OrThrow(), intake).OrThrow();
        try
        {
            // The search has the image: a request that joined must not keep a second copy until the end.
            request.ClearImage();
            intake.Release();
            await FollowAsync(caller, search, request, responses, cancellationToken);
            return true;
        }
        finally
        {
            registry.Leave(search);
        }
    }

    private async Task FollowAsync(
        Caller caller,
        Search search,
        SegmentEverythingRequest request,
        IServerStreamWriter<SegmentEverythingResponse> responses,
        CancellationToken cancellationToken)
    {
        var writer = new MaskMessageWriter(request.Formats);
        var (seen, isStarted) = (0, false);
        Progress? told = null;
        using var held = new Charge(budget);
        var toldAt = 0L;
        while (true)
        {
            var isOver = search.Completion.IsCompleted;
            var snapshot = search.TakeSnapshot(request.Provisional ? seen : int.MaxValue);
            if (!isStarted && snapshot.Image is { } image)
            {
                isStarted = true;
                held.Take(caller, MasksHeld * writer.Estimate(image.Info));
                await Write(new() { Started = new EverythingStarted { Image = image.ToMessage() } });
            }

            foreach (var found in snapshot.Found)
            {
                await Write(new() { Provisional = await MakeAsync(writer, found, seen++, cancellationToken) });
            }

            if (snapshot.Found.Count == Search.MaxMasksASnapshot)
            {
                continue;
            }

            var isDue = told is null || isOver || clock.GetElapsedTime(toldAt) >= _progressPeriod;
            if (snapshot.Progress is { } progress && progress != told && isDue)
            {
                (told, toldAt) = (progress, clock.GetTimestamp());
                await Write(new() { Progress = ToMessage(progress) });
            }

            if (isOver)
            {
                break;
            }

            await Task.WhenAny(snapshot.Changed, search.Completion, drain.Began).WaitAsync(cancellationToken);
            if (drain.Began.IsCompleted)
            {
                throw ServerDrain.Stopped().ToRpcException();
            }
        }

        var finished = (await search.Completion).OrThrow();
        for (var i = 0; i < finished.Masks.Count; i++)
        {
            await Write(new() { Mask = await MakeAsync(writer, finished.Masks[i], i, cancellationToken) });
        }

        var elapsed = Duration.FromTimeSpan(finished.Elapsed);
        await Write(new() { Finished = new() { Masks = (uint)finished.Masks.Count, Elapsed = elapsed } });

        Task Write(SegmentEverythingResponse response) => responses.WriteAsync(response, cancellationToken);
    }

    private async ValueTask<FoundMask> MakeAsync(
        MaskMessageWriter writer, EverythingMask found, int index, CancellationToken cancellationToken)
    {
        if (!writer.IsSlow)
        {
            return writer.ToMessage(found, index);
        }

        await _slowForms.WaitAsync(cancellationToken);
        try
        {
            // A client that keeps up must not keep the thread from others.
            await Task.Yield();
            return writer.ToMessage(found, index);
        }
        finally
        {
            _slowForms.Release();
        }
    }

    private static EverythingProgress ToMessage(Progress progress) => new()
    {
        CropsDone = (uint)progress.CropsDone,
        Crops = (uint)progress.Crops,
        PointsDone = (ulong)progress.PointsDone,
        Points = (ulong)progress.Points,
        Remaining = progress.Remaining is { } left ? Duration.FromTimeSpan(left) : null,
    };

    /// <summary>Charge for the messages of a stream.</summary>
    private sealed class Charge(AnswerBudget budget) : IDisposable
    {
        private AnswerReservation? _held;

        public void Take(Caller caller, long bytes) =>
            _held = budget.TryReserve(caller, bytes) ?? throw budget.Exhausted().ToRpcException();

        public void Dispose() => _held?.Dispose();
    }
}
