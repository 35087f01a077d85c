using System.Runtime.CompilerServices;
using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Pictures.SourceFiles;

/// <summary>Objects of a bucket under a prefix.</summary>
/// <param name="bucket">The bucket.</param>
/// <param name="prefix">Beginning of the keys, empty or with <c>/</c> at its end.</param>
internal sealed class BucketPictureSource(S3Bucket bucket, string prefix) : IPictureSource
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectEntry> ListAsync(
        string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = after.Length > 0 ? prefix + after : "";
        await foreach (var entry in bucket.ListAsync(prefix, start, cancellationToken))
        {
            // Some tools keep folders as empty objects.
            if (!entry.Key.EndsWith('/'))
            {
                yield return entry with { Key = entry.Key[prefix.Length..] };
            }
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string path, CancellationToken cancellationToken) =>
        bucket.OpenAsync(prefix + path, 0, null, cancellationToken);
}
