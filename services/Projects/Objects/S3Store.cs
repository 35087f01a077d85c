using System.Net.Mime;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Segmentation.Projects.Objects;

/// <summary>Objects in a bucket of an S3 server, under a prefix.</summary>
/// <param name="client">The server.</param>
/// <param name="bucket">The bucket's name.</param>
/// <param name="prefix">Beginning of all keys, empty or with <c>/</c> at its end.</param>
/// <param name="clients">The server as clients reach it, for presigned addresses; null: clients do not.</param>
/// <param name="clock">The clock that presigned addresses end by.</param>
internal sealed class S3Store(IAmazonS3 client, string bucket, string prefix, IAmazonS3? clients, TimeProvider clock)
    : IObjectStore
{
    private readonly S3Bucket _bucket = new(client, bucket);

    /// <inheritdoc/>
    public Task<long?> FindAsync(string key, CancellationToken cancellationToken) =>
        _bucket.FindAsync(Full(key), cancellationToken);

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string key, long from, long? length, CancellationToken cancellationToken) =>
        _bucket.OpenAsync(Full(key), from, length, cancellationToken);

    /// <inheritdoc/>
    public Task WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        return _bucket.WriteAsync(Full(key), content, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        _bucket.DeleteAsync(Full(key), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectEntry> ListAsync(
        string prefix, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = after.Length > 0 ? Root + after : "";
        await foreach (var entry in _bucket.ListAsync(Root + prefix, start, cancellationToken))
        {
            yield return entry with { Key = entry.Key[Root.Length..] };
        }
    }

    /// <inheritdoc/>
    public async Task<Uri?> PresignAsync(
        string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (clients is null)
        {
            return null;
        }

        var request = new GetPreSignedUrlRequest
        {
            BucketName = bucket,
            Key = Full(key),
            Expires = (clock.GetUtcNow() + lifetime).UtcDateTime,
            Protocol = clients.Config.ServiceURL?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true
                ? Amazon.S3.Protocol.HTTP
                : Amazon.S3.Protocol.HTTPS,
        };
        request.ResponseHeaderOverrides.ContentDisposition = Attachment(fileName);
        return new Uri(await clients.GetPreSignedURLAsync(request));
    }

    private string Root => prefix;

    private static string Attachment(string fileName)
    {
        // The first name is for old programs, the second one is exact (RFC 6266).
        var plain = string.Concat(fileName.Select(letter => letter is < ' ' or > '~' or '"' or '\\' ? '_' : letter));
        return $"{DispositionTypeNames.Attachment}; filename=\"{plain}\"; "
            + $"filename*=UTF-8''{Uri.EscapeDataString(fileName)}";
    }

    private string Full(string key) => prefix + ObjectKeyCheck.Checked(key);
}
