using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Encoder.Pipeline;
using Segmentation.Protocol.Encoder.V1;
using EncoderModel = Segmentation.Encoder.Pipeline.EncoderModel;
using Segmentation.ServiceDefaults.Errors;

namespace Segmentation.Encoder.Receiving;

/// <summary>The statuses of <see cref="EncoderService"/>, as its contract lists them.</summary>
internal static class EncodeProblem
{
    /// <summary>INVALID_ARGUMENT: the file is no usable image.</summary>
    /// <param name="reason">Without <c>IMAGE_</c>, for example <c>DAMAGED</c>.</param>
    /// <param name="message">What is wrong with it, for the user.</param>
    public static RpcException Image(string reason, string message) =>
        Of(StatusCode.InvalidArgument, $"IMAGE_{reason}", message);

    /// <summary>INVALID_ARGUMENT: the caller does not keep to the contract.</summary>
    public static RpcException Request(string message) =>
        Of(StatusCode.InvalidArgument, "INVALID_REQUEST", message);

    /// <summary>FAILED_PRECONDITION: this encoder does not serve the model.</summary>
    public static RpcException Model(EncodeHeader header, OpenModels models) => Of(
        StatusCode.FailedPrecondition,
        "MODEL_MISMATCH",
        $"This encoder does not serve model {header.ModelDigest}/{header.Preprocessing}. It serves: "
            + $"{string.Join(", ", models.All.Select(NameOf))}. Ask an encoder that serves the model, or add the model to "
            + "Segmentation:Model:Others here.");

    /// <summary>DATA_LOSS: other bytes arrived than were announced.</summary>
    public static RpcException Mismatch(string reason, string message) => Of(StatusCode.DataLoss, reason, message);

    /// <summary>RESOURCE_EXHAUSTED: come back later.</summary>
    public static RpcException Overloaded(TimeSpan retryAfter) => Of(
        StatusCode.ResourceExhausted,
        "ENCODER_OVERLOADED",
        "The encoder has no room for another image. Try again after the delay in RetryInfo.",
        new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) });

    /// <summary>UNAVAILABLE: this process ends.</summary>
    public static RpcException Stopping() => Of(
        StatusCode.Unavailable, "ENCODER_STOPPING", "This encoder is shutting down. Ask another one.");

    private static string NameOf(EncoderModel model) =>
        $"{model.Identity.Id} ({model.Identity.Digest}/{model.Identity.Preprocessing})";

    private static RpcException Of(
        StatusCode code, string reason, string message, params IEnumerable<IMessage> details) =>
        ErrorStatus.Of(code, reason, message, details).ToRpcException();
}
