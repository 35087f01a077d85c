using System.Buffers;
using Amazon.S3;
using Amazon.S3.Model;

namespace Segmentation.Projects.Objects;

/// <summary>
/// Sends one object: at once where it fits one part, else in parts. One part is held in memory at a time. An upload
/// that fails is aborted, so that the server keeps nothing of the parts.
/// </summary>
internal sealed class S3Upload(IAmazonS3 client, string bucket, string key)
{
    private const int SmallPart = 8 * 1024 * 1024;

    // An upload has at most 10,000 parts: with larger parts after the first thousand it reaches 584 GB.
    private const int LargePart = 64 * 1024 * 1024;
    private const int SmallParts = 1000;

    private static readonly TimeSpan _abortPatience = TimeSpan.FromSeconds(10);

    /// <summary>Sends a stream up to its end.</summary>
    public async Task SendAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SmallPart);
        try
        {
            var filled = await content.ReadAtLeastAsync(
                buffer.AsMemory(0, SmallPart), SmallPart, throwOnEndOfStream: false, cancellationToken);
            if (filled < SmallPart)
            {
                await PutAsync(buffer, filled, cancellationToken);
                return;
            }

            await SendPartsAsync(content, buffer, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task PutAsync(byte[] bytes, int length, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(bytes, 0, length, writable: false);
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            InputStream = body,
            AutoCloseStream = false,
            // Signed as a whole: not every server reads Amazon's own chunks.
            UseChunkEncoding = false,
        };
        await client.PutObjectAsync(request, cancellationToken);
    }

    private async Task SendPartsAsync(Stream content, byte[] first, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key };
        var upload = (await client.InitiateMultipartUploadAsync(begin, cancellationToken)).UploadId;
        byte[]? large = null;
        try
        {
            var parts = new List<PartETag>();
            var (part, filled) = (first, SmallPart);
            do
            {
                parts.Add(await SendPartAsync(upload, parts.Count + 1, part, filled, cancellationToken));
                if (parts.Count >= SmallParts)
                {
                    part = large ??= new byte[LargePart];
                }

                var size = part == first ? SmallPart : LargePart;
                filled = await content.ReadAtLeastAsync(
                    part.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken);
            }
            while (filled > 0);

            var complete = new CompleteMultipartUploadRequest
            {
                BucketName = bucket, Key = key, UploadId = upload, PartETags = parts,
            };
            await client.CompleteMultipartUploadAsync(complete, cancellationToken);
        }
        catch
        {
            await AbortAsync(upload);
            throw;
        }
    }

    private async Task<PartETag> SendPartAsync(
        string upload, int number, byte[] bytes, int length, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(bytes, 0, length, writable: false);
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartNumber = number,
            InputStream = body,
            PartSize = length,
            UseChunkEncoding = false,
        };
        return new PartETag(number, (await client.UploadPartAsync(request, cancellationToken)).ETag);
    }

    private async Task AbortAsync(string upload)
    {
        // The caller's token may be the reason: the abort has its own.
        using var patience = new CancellationTokenSource(_abortPatience);
        try
        {
            var abort = new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload };
            await client.AbortMultipartUploadAsync(abort, patience.Token);
        }
        catch (Exception error) when (error is Amazon.Runtime.AmazonClientException or AmazonS3Exception
            or OperationCanceledException or HttpRequestException)
        {
            // The first failure is the one to report. The bucket's rule for unfinished uploads removes the parts.
        }
    }
}
