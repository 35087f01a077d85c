using System.Threading.Channels;
using Grpc.Core;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Telemetry;
using Segmentation.Protocol.V1;
using RequestCase = Segmentation.Protocol.V1.SegmentStreamRequest.RequestOneofCase;

namespace Segmentation.Gateway.Streaming;

/// <summary>One live session: three loops that run side by side.</summary>
/// <remarks>
/// <code>
/// client ─► read ─► SessionInbox ─► dispatch ─► answers, in order ─► write ─► client
///           (conflates LATEST)       (at most MaxInFlight begun and not yet written)
/// </code>
/// A client that does not read its answers holds up writing, thereby dispatching, thereby (in mode ALL) reading; in
/// mode LATEST its newest prompt waits and the older ones are superseded.
/// </remarks>
internal sealed class StreamSession(
    OpenCall call,
    SessionCredential credential,
    CallDeadline deadline,
    ImageOpener opener,
    PromptRunner runner,
    UnexpectedErrors unexpected,
    GatewayMetrics metrics,
    SessionOptions options) : IDisposable
{
    private readonly SessionInbox _inbox = new(options);
    private readonly Channel<PendingAnswer> _answers = Channel.CreateUnbounded<PendingAnswer>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly SemaphoreSlim _places = new(options.MaxInFlight);
    private readonly SessionTrace _trace = new();

    /// <summary>Runs until everything that was read is answered.</summary>
    /// <param name="requests">The client's messages.</param>
    /// <param name="responses">The stream of answers.</param>
    /// <param name="intake">The intake of the client's messages; each is charged until it is done.</param>
    /// <param name="drain">Nothing more is read once this completes.</param>
    /// <param name="cancellationToken">The call is over: outstanding work is cancelled.</param>
    /// <returns>True when the client was done, false when the server drained.</returns>
    public async Task<bool> RunAsync(
        IAsyncStreamReader<SegmentStreamRequest> requests,
        IAsyncStreamWriter<SegmentStreamResponse> responses,
        RequestIntake intake,
        Task drain,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        call.Expiring = left => Announce(credential.Expires(left));
        var reading = ReadAsync(requests, intake, drain, stop.Token);
        Task[] loops =
        [
            StopOnFailure(reading, stop),
            StopOnFailure(DispatchAsync(stop.Token), stop),
            StopOnFailure(WriteAsync(responses, stop.Token), stop),
        ];
        try
        {
            await Task.WhenAll(loops);
            return await reading;
        }
        finally
        {
            _trace.End();

            // Nothing of this call outlives it: cancelled decodes end before the call does.
            while (_answers.Reader.TryRead(out var answer))
            {
                await EndedAsync(answer.Run);
                if (answer.Run.IsCompletedSuccessfully)
                {
                    (await answer.Run).Dispose();
                }
            }
        }
    }

    public void Dispose() => _places.Dispose();

    private static async Task StopOnFailure(Task loop, CancellationTokenSource stop)
    {
        try
        {
            await loop;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    /// <summary>Reads until the client is done (true) or the server drains (false).</summary>
    private async Task<bool> ReadAsync(
        IAsyncStreamReader<SegmentStreamRequest> requests,
        RequestIntake intake,
        Task drain,
        CancellationToken cancellationToken)
    {
        bool drained;
        while (true)
        {
            var next = drain.IsCompleted ? Task.FromResult(false) : requests.MoveNext(cancellationToken);
            drained = await Task.WhenAny(drain, next) == drain;
            if (drained)
            {
                // Ends with the call; a message that still arrives is the client's to repeat.
                _ = EndedAsync(next);
                break;
            }

            if (!await next)
            {
                break;
            }

            var (message, reservation) = (requests.Current, intake.TransferReservation());
            if (message.RequestCase == RequestCase.Reauthenticate)
            {
                // Before the prompts that wait: the session must not end while its new credential is in its queue.
                var answer = await credential.ReplaceAsync(call, message.Reauthenticate, cancellationToken);
                reservation?.Dispose();
                await _inbox.ReplyAsync(answer, cancellationToken);
                continue;
            }

            await _inbox.AcceptAsync(message, reservation, cancellationToken);
        }

        await _inbox.CompleteAsync(cancellationToken);
        return !drained;
    }

    /// <summary>Waits for a task whose result is not needed, however it ends.</summary>
    private static async Task EndedAsync(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task DispatchAsync(CancellationToken cancellationToken)
    {
        OpenedImage? image = null;
        var history = new RefinementHistory(options);
        Task<PromptRun>? latest = null;
        var written = Task.CompletedTask;
        await foreach (var work in _inbox.ReadAllAsync(cancellationToken))
        {
            if (work is SessionWork.Reset)
            {
                (history, latest) = (new RefinementHistory(options), null);
                continue;
            }

            if (work is PromptSlot { Mode: StreamMode.Latest })
            {
                // One at a time, its answer delivered: the longer a prompt waits here, the newer it will be.
                await written.WaitAsync(cancellationToken);
            }

            await _places.WaitAsync(cancellationToken);
            switch (work)
            {
                case SessionWork.Open open:
                    // A session whose second image cannot be opened has none: prompts must not land on the first.
                    (history, latest) = (new RefinementHistory(options), null);
                    (image, var response) = await OpenAsync(open.Begin(), cancellationToken);
                    open.Reservation?.Dispose();
                    written = Post(response);
                    break;
                case SessionWork.Refuse refused:
                    written = Post(new SegmentStreamResponse { Error = refused.Error });
                    break;
                case SessionWork.Reply reply:
                    written = Post(reply.Response);
                    break;
                case PromptSlot slot when slot.Take() is { } ticket:
                    metrics.Superseded(ticket.Superseded.Count);
                    _trace.Took(ticket);
                    if (image is null)
                    {
                        ticket.Reservation?.Dispose();
                        written = Post(PromptRunner.ErrorOf(ticket, NothingOpen()));
                        break;
                    }

                    latest = runner.RunAsync(ticket, image, history, latest, deadline, cancellationToken);
                    written = Post(ReturnedAsync(latest, ticket));
                    break;
                default:
                    _places.Release();
                    break;
            }
        }

        _answers.Writer.Complete();
    }

    private async Task WriteAsync(
        IAsyncStreamWriter<SegmentStreamResponse> responses, CancellationToken cancellationToken)
    {
        await foreach (var answer in _answers.Reader.ReadAllAsync(cancellationToken))
        {
            using (var run = await answer.Run)
            {
                await responses.WriteAsync(run.Response, cancellationToken);
                _trace.Answered(run.Response);
            }

            answer.Written.SetResult();
            if (!answer.IsNotice)
            {
                _places.Release();
            }
        }
    }

    private async Task<(OpenedImage? Image, SegmentStreamResponse Response)> OpenAsync(
        OpenImage request, CancellationToken cancellationToken)
    {
        using var activity = SessionTrace.Begin("open image");
        RpcStatus? problem;
        try
        {
            var outcome = await opener.OpenAsync(call.Caller, request, cancellationToken);
            if (outcome.TryGet(out var image, out problem))
            {
                var opened = new ImageOpened { Image = image.Image.ToMessage() };
                return (image, new SegmentStreamResponse { Opened = opened });
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            problem = unexpected.Report(exception, "segmentation.v1.SegmentationService/SegmentStream");
        }

        return (null, new SegmentStreamResponse { Error = new StreamError { Status = problem } });
    }

    private static async Task<PromptRun> ReturnedAsync(Task<PromptRun> running, PromptTicket ticket)
    {
        var run = await running;
        ticket.Reservation?.Dispose();
        return run;
    }

    private static RpcStatus NothingOpen() => Problem.Of(
        StatusCode.FailedPrecondition,
        "NO_IMAGE_OPEN",
        "No image is open: the session has not opened one, or the latest OpenImage failed. Send OpenImage first.");

    private Task Post(SegmentStreamResponse response) => Post(Task.FromResult(new PromptRun(response)));

    /// <summary>Queues an answer behind the earlier ones; the task completes when it has been written.</summary>
    private Task Post(Task<PromptRun> run)
    {
        var answer = new PendingAnswer(run);
        _answers.Writer.TryWrite(answer);
        return answer.Written.Task;
    }

    /// <summary>Queues a message that answers none, unless all answers have been queued.</summary>
    private void Announce(SegmentStreamResponse notice) =>
        _answers.Writer.TryWrite(new PendingAnswer(Task.FromResult(new PromptRun(notice)), IsNotice: true));

    private sealed record PendingAnswer(Task<PromptRun> Run, bool IsNotice = false)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
