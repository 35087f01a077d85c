using Segmentation.Gateway.Errors;
using Segmentation.ServiceDefaults.Errors;

namespace Segmentation.Gateway.Responses;

/// <summary>The HTTP status that goes with a google.rpc.Status.</summary>
internal static class HttpStatuses
{
    /// <summary>
    /// The status by the mapping of google.rpc.Code, which transcoding uses; where HTTP has a number of its own for the
    /// reason, that.
    /// </summary>
    public static int Of(RpcStatus status) => Problem.ReasonOf(status) switch
    {
        HttpErrorReasons.ImageTooLarge or HttpErrorReasons.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
        HttpErrorReasons.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        HttpErrorReasons.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        _ => HttpCodes.Of((StatusCode)status.Code),
    };

    /// <summary>The code that goes with an HTTP status of an error.</summary>
    public static StatusCode CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status409Conflict => StatusCode.Aborted,
        StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status501NotImplemented => StatusCode.Unimplemented,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        StatusCodes.Status504GatewayTimeout => StatusCode.DeadlineExceeded,
        < StatusCodes.Status500InternalServerError => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };
}

/// <summary>HttpErrorReasons of errors that decide the HTTP status.</summary>
internal static class HttpErrorReasons
{
    /// <summary>An image over the size limit.</summary>
    public const string ImageTooLarge = "IMAGE_TOO_LARGE";

    /// <summary>A request over the size limit.</summary>
    public const string BodyTooLarge = "BODY_TOO_LARGE";

    /// <summary>A body of a kind that is not read here.</summary>
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";

    /// <summary>A path that has other methods.</summary>
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";
}
