using Amazon.Runtime;

namespace Segmentation.Projects.Objects;

/// <summary>Tells the failures of object stores from bugs.</summary>
internal static class ObjectFailures
{
    /// <summary>
    /// True where the folder or the bucket is away, full or forbidden: the same work may succeed later.
    /// </summary>
    public static bool IsAway(Exception exception) => exception is IOException or UnauthorizedAccessException
        or HttpRequestException or AmazonClientException or AmazonServiceException;
}
