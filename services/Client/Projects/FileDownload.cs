using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace Segmentation.Client.Projects;

/// <summary>Receives a file, and goes on where it was cut off.</summary>
/// <param name="connection">The server.</param>
/// <param name="address">Path of the file on the server.</param>
/// <param name="progress">Told the bytes that have arrived.</param>
internal sealed class FileDownload(ProjectsConnection connection, string address, IProgress<long>? progress)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Receives into a file with <c>.part</c> behind its name, and renames it.</summary>
    /// <exception cref="RpcException">The server has no such file, or refused it.</exception>
    public async Task ReceiveAsync(string path, CancellationToken cancellationToken)
    {
        var part = path + ".part";
        while (!await connection
            .RepeatAsync(() => ReceivePartAsync(part, cancellationToken), cancellationToken)
            .ConfigureAwait(false))
        {
            // Bytes have arrived: lost connections are counted anew, as they are for each part of an upload.
        }

        File.Move(part, path, overwrite: true);
    }

    /// <summary>Receives what the file lacks.</summary>
    /// <returns>True: the file is whole. False: the connection was lost after some bytes.</returns>
    private async Task<bool> ReceivePartAsync(string path, CancellationToken cancellationToken)
    {
        // The answer's tag lies beside the bytes: bytes of another result are not gone on with.
        var tagPath = path + ".tag";
        var tag = File.Exists(tagPath) && File.Exists(path)
            ? await File.ReadAllTextAsync(tagPath, cancellationToken).ConfigureAwait(false)
            : null;
        var file = new FileStream(path, tag is null ? FileMode.Create : FileMode.Open, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            using var response = await connection
                .SendAsync(() => Request(file.Length, tag), cancellationToken)
                .ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.PartialContent)
            {
                file.Seek(response.Content.Headers.ContentRange?.From ?? file.Length, SeekOrigin.Begin);
            }
            else
            {
                file.SetLength(0);
                await File
                    .WriteAllTextAsync(tagPath, response.Headers.ETag?.ToString() ?? "", cancellationToken)
                    .ConfigureAwait(false);
            }

            var had = file.Length;
            try
            {
                await CopyAsync(response, file, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException lost) when (lost.StatusCode == StatusCode.Unavailable && file.Position > had)
            {
                return false;
            }
        }

        File.Delete(tagPath);
        return true;
    }

    private HttpRequestMessage Request(long offset, string? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.Relative));
        if (offset > 0 && EntityTagHeaderValue.TryParse(tag, out var known))
        {
            // The last byte again: a range behind the end would be an error, and an empty rest none.
            request.Headers.Range = new RangeHeaderValue(offset - 1, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(known);
        }

        return request;
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream file, CancellationToken cancellationToken)
    {
        var expected = file.Position + response.Content.Headers.ContentLength;
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            while (await ReadAsync().ConfigureAwait(false) is > 0 and var read)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                progress?.Report(file.Position);
            }

            async Task<int> ReadAsync()
            {
                try
                {
                    return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception lost) when (lost is HttpRequestException or IOException)
                {
                    throw new RpcException(new Status(StatusCode.Unavailable, lost.Message, lost));
                }
            }
        }

        if (expected is { } bytes && bytes != file.Position)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The connection was lost in the middle of a file."));
        }
    }
}
