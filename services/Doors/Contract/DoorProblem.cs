using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Segmentation.ServiceDefaults.Errors;

namespace Segmentation.Doors.Contract;

/// <summary>Makes the errors of doors: RpcExceptions that carry a google.rpc.Status for the caller.</summary>
public static class DoorProblem
{
    /// <summary>Metadata key of a status with its details, which gRPC's libraries read.</summary>
    private const string Details = "grpc-status-details-bin";

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    /// <param name="field">Full path, for example <c>tasks[0].data.image</c>.</param>
    /// <param name="description">The value, what is allowed, and what to do.</param>
    /// <param name="reason">Upper snake case, for programs.</param>
    public static RpcException Invalid(string field, string description, string reason = "INVALID_FIELD")
    {
        var detail = new BadRequest
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = description } },
        };
        return Of(StatusCode.InvalidArgument, reason, $"{field}: {description}", detail);
    }

    /// <summary>A status with a reason.</summary>
    /// <param name="code">The gRPC code.</param>
    /// <param name="reason">Upper snake case, for programs.</param>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="details">Further details.</param>
    public static RpcException Of(StatusCode code, string reason, string message, params IEnumerable<IMessage> details)
    {
        var status = ErrorStatus.Of(code, reason, message, details);
        return new RpcException(new Grpc.Core.Status(code, message), new Metadata { { Details, status.ToByteArray() } });
    }

    /// <summary>The reason of an error, for programs; empty without one.</summary>
    public static string ReasonOf(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Trailers.GetValueBytes(Details) is { } bytes ? ReasonOf(RpcStatus.Parser.ParseFrom(bytes)) : "";
    }

    /// <summary>The reason of a status, for programs; empty without one.</summary>
    public static string ReasonOf(RpcStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var packed = status.Details.FirstOrDefault(detail => detail.Is(ErrorInfo.Descriptor));
        return packed?.Unpack<ErrorInfo>().Reason ?? "";
    }
}
