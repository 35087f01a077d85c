using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Common;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Segmenting;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>Runs one prompt of a live session, from check to answer. Whatever goes wrong is an answer too.</summary>
internal sealed class PromptRunner(
    ReplayingDecoder decoder,
    AnswerBudget budget,
    WorkMeter meter,
    Caller caller,
    UnexpectedErrors unexpected,
    GatewayMetrics metrics,
    SessionOptions options)
{
    private const string Method = "segmentation.v1.SegmentationService/SegmentStream";
    private const string ImageRemedy = "Open it again with image_data.";
    private const string MaskRemedy = "Send the points or the box that made it again, or send its logits.";

    /// <summary>Runs a prompt.</summary>
    /// <param name="ticket">The prompt.</param>
    /// <param name="image">The open image.</param>
    /// <param name="history">The prompts answered since the session was opened or reset.</param>
    /// <param name="previous">The prompt before, still running perhaps; null after an open or a reset.</param>
    /// <param name="deadline">The call's time.</param>
    /// <param name="cancellationToken">The call is over; the only way that this throws.</param>
    public async Task<PromptRun> RunAsync(
        PromptTicket ticket,
        OpenedImage image,
        RefinementHistory history,
        Task<PromptRun>? previous,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        using var activity = SessionTrace.Begin("prompt");
        activity?.SetTag("segmentation.prompt.sequence", ticket.Prompt.Sequence);
        activity?.SetTag("segmentation.prompt.superseded", ticket.Superseded.Count);
        var start = Stopwatch.GetTimestamp();
        var run = await TryAsync(ticket, image, history, previous, deadline, cancellationToken);
        var problem = run.Response.Error?.Status;
        var code = (StatusCode)(problem?.Code ?? 0);
        metrics.Prompted(code, Stopwatch.GetElapsedTime(start));
        activity?.SetTag("rpc.grpc.status_code", (int)code);
        if (code is StatusCode.Internal or StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            activity?.SetStatus(ActivityStatusCode.Error, problem!.Message);
        }

        return run;
    }

    /// <summary>The error of a prompt, with what it superseded.</summary>
    public static SegmentStreamResponse ErrorOf(PromptTicket ticket, RpcStatus problem)
    {
        var error = new StreamError { Sequence = ticket.Prompt.Sequence, Status = problem };
        error.Superseded.Add(ticket.Superseded);
        return new SegmentStreamResponse { Error = error };
    }

    private async Task<PromptRun> TryAsync(
        PromptTicket ticket,
        OpenedImage image,
        RefinementHistory history,
        Task<PromptRun>? previous,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        try
        {
            var before = ticket.Prompt.Refine && previous is not null ? (await previous).BestMaskId : null;
            var outcome = await AnswerAsync(ticket, image, history, before, deadline, cancellationToken);
            if (outcome.TryGet(out var run, out var problem))
            {
                return run;
            }

            return new PromptRun(ErrorOf(ticket, problem), previous is null ? null : (await previous).BestMaskId);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var best = previous is null ? null : (await previous).BestMaskId;
            return new PromptRun(ErrorOf(ticket, unexpected.Report(exception, Method)), best);
        }
    }

    private async Task<Outcome<PromptRun>> AnswerAsync(
        PromptTicket ticket,
        OpenedImage image,
        RefinementHistory history,
        string? bestMaskId,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        var violations = new Violations();
        var (prompt, output) = Parse(ticket.Prompt, image, bestMaskId, violations);
        if (violations.Any)
        {
            return violations.ToStatus();
        }

        if (history.DepthOf(prompt) > options.MaxRemembered)
        {
            return Problem.Of(
                StatusCode.FailedPrecondition,
                "REFINED_TOO_OFTEN",
                $"The mask was refined {options.MaxRemembered} times since the session was opened or reset. "
                    + "Send ResetSession, then a prompt that stands for itself.");
        }

        var (width, height) = (image.Image.Info.Width, image.Image.Info.Height);
        var bytes = AnswerDraft.MasksOf(prompt, output)
            * AnswerSize.OfMask(output.Forms, output.RunLengths, width, height);

        // Pictures and logits are held once more while the connection takes the message.
        var copies = bytes > AnswerBudget.Small ? 2 : 1;
        if (budget.TryReserve(caller, copies * bytes) is not { } held)
        {
            return budget.Exhausted();
        }

        var run = default(PromptRun);
        try
        {
            // At its turn: a prompt that a newer one superseded costs nothing.
            var work = Work.Prompt with { Model = image.Image.Model.Id };
            if (meter.Charge(caller, work) is { } exceeded)
            {
                return exceeded;
            }

            var decoded = await DecodeAsync(ticket, image, history, prompt, output, deadline, cancellationToken);
            if (!decoded.TryGet(out var reply, out var problem) || reply.Status != DecodeStatus.Ok)
            {
                problem ??= DecoderProblems.Of(reply!, image.Image.Id, ImageRemedy, MaskRemedy);
                meter.GiveBackUndone(caller, work, problem);
                return problem;
            }

            if (!held.TrySet(copies * AnswerSize.Of(reply.Results[0])))
            {
                return budget.Exhausted();
            }

            history.Add(prompt, output.MaskCount, reply.Results[0]);
            var answer = new StreamAnswer
            {
                Sequence = ticket.Prompt.Sequence,
                Result = MaskMessages.ToResult(reply.Results[0], output),
                DecodeDuration = Duration.FromTimeSpan(reply.DecodeTime),
            };
            answer.Superseded.Add(ticket.Superseded);
            return run = new PromptRun(
                new SegmentStreamResponse { Answer = answer }, answer.Result.Masks.FirstOrDefault()?.Id, held);
        }
        finally
        {
            if (run is null)
            {
                held.Dispose();
            }
        }
    }

    private Task<Outcome<DecodeReply>> DecodeAsync(
        PromptTicket ticket,
        OpenedImage image,
        RefinementHistory history,
        PromptData prompt,
        OutputSpec output,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        var request = new DecodeRequest
        {
            Prompts = [prompt],
            MaskCount = output.MaskCount,
            Forms = output.Forms,
            Refinable = output.Refinable ?? (image.Mode != StreamMode.Latest || ticket.Prompt.Refine),
            Lane = Lane.Interactive,
            TimeLeft = deadline.Left,
        };
        return decoder.DecodeAsync(image.Image.Key, request, history, image.Affinity, cancellationToken);
    }

    private static (PromptData Prompt, OutputSpec Output) Parse(
        StreamPrompt message, OpenedImage image, string? bestMaskId, Violations violations)
    {
        var rules = image.Image.Model.Prompts;
        var output = message.Output is null
            ? image.Output
            : OutputSpec.Parse(message.Output, "prompt.output", rules, violations);
        var prompt = new PromptParser(rules, image.Image.Info, violations)
            .Parse(message.Prompt, "prompt.prompt", refines: bestMaskId is not null);
        if (!message.Refine)
        {
            return (prompt, output);
        }

        if (rules.Mask is { } never)
        {
            violations.Add("prompt.refine", never);
        }

        if (message.Prompt?.Mask is not null)
        {
            violations.Add("prompt.refine", "Must not be combined with prompt.mask: both are the mask prompt.");
        }

        return (prompt with { MaskId = bestMaskId }, output);
    }
}
