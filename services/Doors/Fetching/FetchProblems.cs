using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Fetching;

/// <summary>
/// Errors of fetching. A host that cannot be reached, one that may not be, and one that is silent look alike: whoever
/// chooses addresses learns nothing of the network behind this server.
/// </summary>
internal static class FetchProblems
{
    /// <summary>Reason of the error of a host that answers with an error.</summary>
    public const string RefusedReason = "FETCH_REFUSED";

    private const string ClosedReason = "FETCHING_CLOSED";
    private const string NotAllowedReason = "FETCH_HOST_NOT_ALLOWED";
    private const string FailedReason = "FETCH_FAILED";
    private const string RedirectedReason = "FETCH_REDIRECTED";
    private const int RetrySeconds = 1;

    /// <summary>Tells whether a reason is one of a single picture's, so that others may go on.</summary>
    public static bool IsOfPicture(string reason) =>
        reason is ClosedReason or NotAllowedReason or FailedReason or RefusedReason or RedirectedReason;

    /// <summary>FAILED_PRECONDITION: nothing is fetched here.</summary>
    public static RpcException Closed() => DoorProblem.Of(
        StatusCode.FailedPrecondition,
        ClosedReason,
        "This server fetches no pictures by address: send the picture as a data URL, or ask the operator for "
            + "Segmentation:Doors:Fetching.");

    /// <summary>PERMISSION_DENIED: the host is not listed.</summary>
    public static RpcException NotAllowed(Uri address) => DoorProblem.Of(
        StatusCode.PermissionDenied,
        NotAllowedReason,
        $"{NameOf(address)}: this server fetches no pictures from there. Addresses are http or https, without a user's name, "
            + "of hosts and ports in Segmentation:Doors:Fetching:AllowedHosts.");

    /// <summary>UNAVAILABLE: the file did not come.</summary>
    public static RpcException Failed(Uri address, TimeSpan timeout) => DoorProblem.Of(
        StatusCode.Unavailable,
        FailedReason,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{NameOf(address)}: the picture did not come in full within {timeout.TotalSeconds:0.#} s, or the host cannot be "
                + $"reached from this server."));

    /// <summary>FAILED_PRECONDITION: the host answers with an error.</summary>
    public static RpcException Refused(Uri address, int status) => DoorProblem.Of(
        StatusCode.FailedPrecondition,
        RefusedReason,
        $"{NameOf(address)}: answered with HTTP status {status}. Check the picture's address, and the token where it needs "
            + "one.");

    /// <summary>FAILED_PRECONDITION: a redirect that is not followed.</summary>
    public static RpcException Redirected(Uri address) => DoorProblem.Of(
        StatusCode.FailedPrecondition,
        RedirectedReason,
        $"{NameOf(address)}: redirects to where pictures are not fetched from, or too often. Name the picture's own address.");

    /// <summary>INVALID_ARGUMENT: the file is too large.</summary>
    public static RpcException TooLarge(Uri address, long maxBytes) => DoorProblem.Of(
        StatusCode.InvalidArgument,
        "IMAGE_TOO_LARGE",
        $"{NameOf(address)}: the picture has more than {maxBytes} bytes. Store it smaller.");

    /// <summary>RESOURCE_EXHAUSTED: too much is being fetched.</summary>
    public static RpcException Busy() => DoorProblem.Of(
        StatusCode.ResourceExhausted,
        "FETCHES_IN_FLIGHT",
        "As many pictures are being fetched as this server, or this tenant, may fetch at a time. Try again in a second.",
        new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(RetrySeconds)) });

    private static string NameOf(Uri address) =>
        address is { IsAbsoluteUri: true, Host.Length: > 0 } ? address.Host : "The address";
}
