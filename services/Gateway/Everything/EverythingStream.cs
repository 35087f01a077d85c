using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Streaming;
using Segmentation.Protocol.V1;
using Progress = Segmentation.Sam.Everything.EverythingProgress;

namespace Segmentation.Gateway.Everything;

/// <summary>Answers one request: joins the search and tells what it finds, at the client's pace.</summary>
internal sealed class EverythingStream(
    RequestParser parser, SearchBoard board, ServerDrain drain, TimeProvider clock)
{
    /// <summary>People see no more than this often.</summary>
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromMilliseconds(200);

    /// <summary>Answers a request.</summary>
    /// <param name="tenant">A valid tenant.</param>
    /// <param name="request">The request.</param>
    /// <param name="intake">The request's account, charged with its image.</param>
    /// <param name="responses">Where the answer goes.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <exception cref="RpcException">Why there are no masks.</exception>
    public async Task RunAsync(
        string tenant,
        SegmentEverythingRequest request,
        Intake intake,
        IServerStreamWriter<SegmentEverythingResponse> responses,
        CancellationToken cancellationToken)
    {
        var search = board.Join(parser.Parse(tenant, request).OrThrow(), intake).OrThrow();
        try
        {
            // The search has an image already; a second one of a request that joined is not kept as long as that.
            request.ClearImage();
            intake.Release();
            await FollowAsync(search, request, responses, cancellationToken);
        }
        finally
        {
            board.Leave(search);
        }
    }

    private async Task FollowAsync(
        Search search,
        SegmentEverythingRequest request,
        IServerStreamWriter<SegmentEverythingResponse> responses,
        CancellationToken cancellationToken)
    {
        var masks = new FoundMasks(request.Formats);
        var (seen, isStarted) = (0, false);
        Progress? told = null;
        var toldAt = 0L;
        while (true)
        {
            var isOver = search.Completion.IsCompleted;
            var view = search.Look(request.Provisional ? seen : int.MaxValue);
            if (!isStarted && view.Image is { } image)
            {
                isStarted = true;
                await Write(new() { Started = new EverythingStarted { Image = image.ToMessage() } });
            }

            foreach (var found in view.Found)
            {
                await Write(new() { Provisional = masks.ToMessage(found, seen++) });
            }

            var isDue = told is null || isOver || clock.GetElapsedTime(toldAt) >= ProgressPeriod;
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
            await Write(new() { Mask = masks.ToMessage(finished.Masks[i], i) });
        }

        var elapsed = Duration.FromTimeSpan(finished.Elapsed);
        await Write(new() { Finished = new() { Masks = (uint)finished.Masks.Count, Elapsed = elapsed } });

        Task Write(SegmentEverythingResponse response) => responses.WriteAsync(response, cancellationToken);
    }

    private static EverythingProgress ToMessage(Progress progress) => new()
    {
        CropsDone = (uint)progress.CropsDone,
        Crops = (uint)progress.Crops,
        PointsDone = (ulong)progress.PointsDone,
        Points = (ulong)progress.Points,
        Remaining = progress.Remaining is { } left ? Duration.FromTimeSpan(left) : null,
    };
}
