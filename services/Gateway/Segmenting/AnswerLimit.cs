using System.Globalization;
using Grpc.Core;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Gateway.Segmenting;

/// <summary>
/// The largest message that a caller receives, where the caller says so. gRPC libraries refuse larger ones than 4 MiB
/// unless told otherwise, when everything has been computed and sent, and tell the server nothing of it.
/// </summary>
/// <param name="bytes">Bytes of the message; null without a limit.</param>
internal sealed class AnswerLimit(long? bytes)
{
    /// <summary>Metadata key that carries the limit in bytes.</summary>
    public const string Header = "x-segmentation-max-answer-bytes";

    /// <summary>Reason of the errors.</summary>
    public const string Reason = "ANSWER_TOO_LARGE";

    /// <summary>Callers who receive anything.</summary>
    public static AnswerLimit None { get; } = new(null);

    /// <summary>The limit of a call.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the metadata is no positive number.</exception>
    public static AnswerLimit Of(ServerCallContext context)
    {
        // Of the request itself: the call's metadata would first be made of all its headers.
        var text = context.GetHttpContext().Request.Headers[Header].ToString();
        if (text.Length == 0)
        {
            return None;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? new AnswerLimit(limit)
            : throw Problem
                .Invalid($"metadata[{Header}]", $"{ClientText.Quote(text)} is no positive number of bytes.")
                .ToRpcException();
    }

    /// <summary>The reason to refuse a request, where its answer is sure to be too large; null otherwise.</summary>
    public RpcStatus? Refuse(PromptData[] prompts, OutputSpec output)
    {
        // Logits have one size; what the other forms take depends on the masks.
        if (bytes is not { } limit || !output.Forms.HasFlag(MaskForms.Logits))
        {
            return null;
        }

        var logits = prompts.Sum(prompt => (long)AnswerDraft.MasksOf(prompt, output)) * PromptLimits.LogitsBytes;
        return logits > limit
            ? Problem.Invalid("output.formats", $"{logits} bytes of logits are {Over(limit)}", Reason)
            : null;
    }

    /// <summary>The reason not to send an answer; null when it fits.</summary>
    public RpcStatus? Refuse(SegmentAnswer answer) =>
        bytes is { } limit && (answer.Message?.CalculateSize() ?? answer.Large!.MessageBytes) is var size && size > limit
            ? Problem.Invalid("output.formats", $"The answer has {size} bytes and is {Over(limit)}", Reason)
            : null;

    private static string Over(long limit) =>
        $"over the {limit} that this client receives ({Header}): send fewer prompts at a time, ask for fewer forms, or "
        + "raise the limit of the client's library.";
}
