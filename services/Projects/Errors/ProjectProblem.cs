using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Projects.Objects;
using Segmentation.ServiceDefaults.Errors;

namespace Segmentation.Projects.Errors;

/// <summary>Makes the errors of all services of projects, ready to be thrown.</summary>
internal static class ProjectProblem
{
    /// <summary>An error with a reason and details.</summary>
    /// <param name="code">The gRPC code.</param>
    /// <param name="reason">Upper snake case, for programs; listed in docs/errors.md.</param>
    /// <param name="message">The mistake, its place and the remedy, as sentences.</param>
    /// <param name="details">Further details besides the ErrorInfo.</param>
    public static RpcException Of(
        StatusCode code, string reason, string message, params IEnumerable<IMessage> details) =>
        ErrorStatus.Of(code, reason, message, details).ToRpcException();

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    /// <param name="field">Path of the field, for example <c>operations[3].create.mask.counts</c>.</param>
    /// <param name="description">The value and what is allowed, as a sentence.</param>
    public static RpcException Invalid(string field, string description) => Of(
        StatusCode.InvalidArgument,
        "INVALID_FIELD",
        $"{field}: {description}",
        new BadRequest
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = description } },
        });

    /// <summary>NOT_FOUND for a project: there is none, or the caller may not know of it.</summary>
    public static RpcException NoProject(string project) => NotFound(
        "Project", project, $"There is no project {Quoted(project)}, or you are no member of it.");

    /// <summary>NOT_FOUND for something in a project.</summary>
    /// <param name="kind">Name of its message, for example <c>Picture</c>.</param>
    /// <param name="id">Its id.</param>
    /// <param name="message">A sentence; null: the usual one.</param>
    public static RpcException NotFound(string kind, string id, string? message = null) => Of(
        StatusCode.NotFound,
        $"{kind.ToUpperInvariant()}_NOT_FOUND",
        message ?? $"The project has no {kind.ToLowerInvariant()} {Quoted(id)}.",
        new ResourceInfo { ResourceType = $"segmentation.projects.v1.{kind}", ResourceName = id });

    /// <summary>ABORTED: the object has another revision than the one that the change was made on.</summary>
    /// <param name="current">The object as it is now, packed into the details.</param>
    /// <param name="message">A sentence that names the object and both revisions.</param>
    public static RpcException Conflict(IMessage current, string message) =>
        Of(StatusCode.Aborted, "REVISION_CONFLICT", message, current);

    /// <summary>UNAVAILABLE: the database does not answer at the moment.</summary>
    public static RpcException DatabaseAway() => Of(
        StatusCode.Unavailable,
        "DATABASE_UNAVAILABLE",
        "The database of projects does not answer at the moment. Nothing was lost: send the request again after the "
            + "delay in RetryInfo.",
        new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) });

    /// <summary>UNAVAILABLE: the object store does not answer at the moment, or its disk is full.</summary>
    public static RpcException StoreAway() => Of(
        StatusCode.Unavailable,
        "OBJECT_STORE_UNAVAILABLE",
        "The store of pictures does not answer at the moment, or is full. Nothing was changed: send the request again "
            + "after the delay in RetryInfo. The server's log has the cause.",
        new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)) });

    /// <summary>UNAVAILABLE where the database or the object store caused an exception; null: neither did.</summary>
    public static RpcException? AwayOf(Exception exception) =>
        DatabaseFailures.IsAway(exception) ? DatabaseAway()
        : exception is ObjectStoreException ? StoreAway()
        : null;

    /// <summary>INTERNAL for a bug; its number leads to the line in the log.</summary>
    public static RpcException Unexpected(string correlationId) => Of(
        StatusCode.Internal,
        "INTERNAL",
        $"Something went wrong here, not in the request. The server's log has it under {correlationId}.",
        new RequestInfo { RequestId = correlationId });

    /// <summary>A client's text in quotation marks, on one line and shortened, fit for a message.</summary>
    public static string Quoted(string? text)
    {
        const int Longest = 80;
        if (string.IsNullOrEmpty(text))
        {
            return "''";
        }

        var begin = text.Length <= Longest ? text : text[..Longest] + "...";
        return "'" + string.Concat(begin.Select(
            letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '\uFFFD' : letter)) + "'";
    }
}
