using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Streaming;
using Segmentation.Protocol.V1;
using Progress = Segmentation.Masks.Everything.EverythingProgress;

namespace Segmentation.Gateway.Everything;

/// <summary>Answers one request: joins the search and tells what it finds, at the client's pace.</summary>
internal sealed class EverythingStream(
    RequestParser parser, SearchBoard board, AnswerBudget budget, ServerDrain drain, TimeProvider clock) : IDisposable
{
    /// <summary>Masks that a stream holds: one that its client takes, and one that is being made.</summary>
    private const int MasksHeld = 2;

    /// <summary>People see no more than this often.</summary>
    private static readonly TimeSpan _progressPeriod = TimeSpan.FromMilliseconds(200);

    // A picture takes a byte a pixel while it is made, and its thread: streams that share a search want theirs at once.
    private readonly SemaphoreSlim _pictures = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Answers a request.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">The request.</param>
    /// <param name="intake">The request's account, charged with its image.</param>
    /// <param name="responses">Where the answer goes.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <exception cref="RpcException">Why there are no masks.</exception>
    public async Task RunAsync(
        Caller caller,
        SegmentEverythingRequest request,
        Intake intake,
        IServerStreamWriter<SegmentEverythingResponse> responses,
        CancellationToken cancellationToken)
    {
        var search = board.Join(parser.Parse(caller.Tenant, request).OrThrow(), intake).OrThrow();
        try
        {
            // The search has an image already; a second one of a request that joined is not kept as long as that.
            request.ClearImage();
            intake.Release();
            await FollowAsync(caller, search, request, responses, cancellationToken);
        }
        finally
        {
            board.Leave(search);
        }
    }

    public void Dispose() => _pictures.Dispose();

    private async Task FollowAsync(
        Caller caller,
        Search search,
        SegmentEverythingRequest request,
        IServerStreamWriter<SegmentEverythingResponse> responses,
        CancellationToken cancellationToken)
    {
        var masks = new FoundMasks(request.Formats);
        var (seen, isStarted) = (0, false);
        Progress? told = null;
        using var held = new Room(budget);
        var toldAt = 0L;
        while (true)
        {
            var isOver = search.Completion.IsCompleted;
            var view = search.Look(request.Provisional ? seen : int.MaxValue);
            if (!isStarted && view.Image is { } image)
            {
                isStarted = true;
                held.Take(caller, MasksHeld * masks.Estimate(image.Info));
                await Write(new() { Started = new EverythingStarted { Image = image.ToMessage() } });
            }

            foreach (var found in view.Found)
            {
                await Write(new() { Provisional = await MakeAsync(masks, found, seen++, cancellationToken) });
            }

            if (view.Found.Count == Search.MostAtOnce)
            {
                continue;
            }

            var isDue = told is null || isOver || clock.GetElapsedTime(toldAt) >= _progressPeriod;
            if (view.Progress is { } progress && progress != told && isDue)
            {
                (told, toldAt) = (progress, clock.GetTimestamp());
                await Write(new() { Progress = ToMessage(progress) });
            }

            if (isOver)
            {
                break;
            }

            await Task.WhenAny(view.Changed, search.Completion, drain.Began).WaitAsync(cancellationToken);
            if (drain.Began.IsCompleted)
            {
                throw ServerDrain.Stopped().ToRpcException();
            }
        }

        var finished = (await search.Completion).OrThrow();
        for (var i = 0; i < finished.Masks.Count; i++)
        {
            await Write(new() { Mask = await MakeAsync(masks, finished.Masks[i], i, cancellationToken) });
        }

        var elapsed = Duration.FromTimeSpan(finished.Elapsed);
        await Write(new() { Finished = new() { Masks = (uint)finished.Masks.Count, Elapsed = elapsed } });

        Task Write(SegmentEverythingResponse response) => responses.WriteAsync(response, cancellationToken);
    }

    private async ValueTask<FoundMask> MakeAsync(
        FoundMasks masks, Masks.Everything.EverythingMask found, int index, CancellationToken cancellationToken)
    {
        if (!masks.TakeLong)
        {
            return masks.ToMessage(found, index);
        }

        await _pictures.WaitAsync(cancellationToken);
        try
        {
            // A client that keeps up must not keep the thread from others.
            await Task.Yield();
            return masks.ToMessage(found, index);
        }
        finally
        {
            _pictures.Release();
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

    /// <summary>The room of a stream's masks.</summary>
    private sealed class Room(AnswerBudget budget) : IDisposable
    {
        private HeldAnswer? _held;

        public void Take(Caller caller, long bytes) =>
            _held = budget.TryReserve(caller, bytes) ?? throw budget.Exhausted().ToRpcException();

        public void Dispose() => _held?.Dispose();
    }
}
