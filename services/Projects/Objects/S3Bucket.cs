using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Segmentation.Projects.Objects;

/// <summary>
/// One bucket of an S3 server, by raw keys. Thread-safe. Every failure of the server or of the way to it is an
/// <see cref="ObjectStoreException"/>.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="bucket">The bucket's name.</param>
internal sealed class S3Bucket(IAmazonS3 client, string bucket)
{
    /// <summary>Size of an object; null: there is none.</summary>
    public async Task<long?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectMetadataRequest { BucketName = bucket, Key = key };
            return (await client.GetObjectMetadataAsync(request, cancellationToken)).ContentLength;
        }
        catch (AmazonS3Exception error) when (IsAbsent(error))
        {
            return null;
        }
        catch (Exception error) when (IsFailure(error, cancellationToken))
        {
            throw Failed("look for", key, error);
        }
    }

    /// <summary>Opens an object or a part of it; null: there is none.</summary>
    public async Task<Stream?> OpenAsync(string key, long from, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        if (length == 0)
        {
            return await FindAsync(key, cancellationToken) is null ? null : Stream.Null;
        }

        var request = new GetObjectRequest { BucketName = bucket, Key = key };
        if (from > 0 || length is not null)
        {
            request.ByteRange = length is { } bytes
                ? new ByteRange(from, bytes > long.MaxValue - from ? long.MaxValue : from + bytes - 1)
                : new ByteRange($"bytes={from}-");
        }

        try
        {
            return (await client.GetObjectAsync(request, cancellationToken)).ResponseStream;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return Stream.Null;
        }
        catch (AmazonS3Exception error) when (IsAbsent(error))
        {
            return null;
        }
        catch (Exception error) when (IsFailure(error, cancellationToken))
        {
            throw Failed("read", key, error);
        }
    }

    /// <summary>Writes an object, in parts where it is large.</summary>
    public async Task WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            await new S3Upload(client, bucket, key).SendAsync(content, cancellationToken);
        }
        catch (Exception error) when (IsFailure(error, cancellationToken))
        {
            throw Failed("write", key, error);
        }
    }

    /// <summary>Deletes an object; nothing happens if there is none.</summary>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteObjectAsync(
                new DeleteObjectRequest { BucketName = bucket, Key = key }, cancellationToken);
        }
        catch (AmazonS3Exception error) when (IsAbsent(error))
        {
            // Some servers say so.
        }
        catch (Exception error) when (IsFailure(error, cancellationToken))
        {
            throw Failed("delete", key, error);
        }
    }

    /// <summary>Keys with a prefix, in the ordinal order of their UTF-8.</summary>
    public async IAsyncEnumerable<ObjectEntry> ListAsync(
        string prefix, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = bucket, Prefix = prefix, StartAfter = after.Length > 0 ? after : null,
        };
        bool? isTruncated;
        do
        {
            ListObjectsV2Response page;
            try
            {
                page = await client.ListObjectsV2Async(request, cancellationToken);
            }
            catch (Exception error) when (IsFailure(error, cancellationToken))
            {
                throw Failed("list", prefix, error);
            }

            foreach (var entry in page.S3Objects ?? [])
            {
                yield return new ObjectEntry(entry.Key, entry.Size ?? 0);
            }

            request.ContinuationToken = page.NextContinuationToken;
            isTruncated = page.IsTruncated;
        }
        while (isTruncated == true);
    }

    private static bool IsAbsent(AmazonS3Exception error) =>
        error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket";

    /// <summary>True for every way in which a request fails but the caller's own cancellation.</summary>
    private static bool IsFailure(Exception error, CancellationToken cancellationToken) =>
        error is AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private ObjectStoreException Failed(string verb, string key, Exception error)
    {
        var reason = error is AmazonServiceException { ErrorCode: { Length: > 0 } code } ? $"{code} " : "";
        return new ObjectStoreException(
            $"The S3 server did not {verb} '{key}' in bucket '{bucket}': {reason}{error.Message}", error);
    }
}
