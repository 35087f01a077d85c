using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Segmentation.ServiceDefaults.Errors;

/// <summary>Makes the statuses of all hosts: each carries an ErrorInfo with a reason for programs.</summary>
public static class ErrorStatus
{
    /// <summary>Domain of every ErrorInfo.</summary>
    public const string Domain = "segmentation";

    /// <summary>A status with a reason and details.</summary>
    /// <param name="code">The gRPC code.</param>
    /// <param name="reason">Upper snake case, for programs.</param>
    /// <param name="message">A sentence or more for people: the fault, its place, and what to do.</param>
    /// <param name="details">Further details besides the ErrorInfo.</param>
    public static Google.Rpc.Status Of(
        StatusCode code, string reason, string message, params IEnumerable<IMessage> details)
    {
        ArgumentNullException.ThrowIfNull(details);
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Domain = Domain, Reason = reason }));
        status.Details.Add(details.Select(Any.Pack));
        return status;
    }
}
