namespace Segmentation.Gateway.Responses;

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
