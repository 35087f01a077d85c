using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;

namespace Segmentation.Client.Projects;

/// <summary>Sends a file in parts; each part that has arrived stays, whatever happens to the connection.</summary>
/// <param name="connection">The server.</param>
/// <param name="project">Id of the project.</param>
/// <param name="upload">Id of the upload.</param>
/// <param name="progress">Told the bytes that have arrived.</param>
internal sealed class FileUpload(
    ProjectsConnection connection, string project, string upload, IProgress<long>? progress)
{
    /// <summary>Bytes of a part.</summary>
    public const int PartBytes = 8 * 1024 * 1024;

    private const string OffsetHeader = "Upload-Offset";

    private string Uploads => $"/v1/projects/{Uri.EscapeDataString(project)}/uploads";

    /// <summary>Sends what the server does not have.</summary>
    /// <exception cref="RpcException">The server refused the file.</exception>
    /// <exception cref="EndOfStreamException">The file became shorter meanwhile.</exception>
    public async Task<string> SendAsync(string path, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            var size = file.Length;
            var offset = await connection
                .RepeatAsync(() => BeginAsync(Path.GetFileName(path), size, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            var buffer = new byte[Math.Min(PartBytes, Math.Max(1, size))];
            while (offset < size)
            {
                progress?.Report(offset);
                file.Position = offset;
                var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, size - offset));
                await file.ReadExactlyAsync(part, cancellationToken).ConfigureAwait(false);
                var from = offset;
                offset = await connection
                    .RepeatAsync(() => AppendAsync(from, part, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
            }

            progress?.Report(offset);
        }

        return upload;
    }

    private async Task<long> BeginAsync(string name, long size, CancellationToken cancellationToken)
    {
        using var response = await connection
            .SendAsync(
                () => new HttpRequestMessage(HttpMethod.Post, new Uri(Uploads, UriKind.Relative))
                {
                    Content = JsonContent.Create(new { id = upload, name, sizeBytes = size }),
                },
                cancellationToken)
            .ConfigureAwait(false);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        return json.GetProperty("offset").GetInt64();
    }

    /// <summary>Appends a part. Returns the first byte that the server does not have, which is another after a conflict.</summary>
    private async Task<long> AppendAsync(long offset, ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await connection
                .SendAsync(
                    () => new HttpRequestMessage(HttpMethod.Patch, new Uri($"{Uploads}/{upload}", UriKind.Relative))
                    {
                        Content = new ReadOnlyMemoryContent(part),
                        Headers = { { OffsetHeader, offset.ToString(CultureInfo.InvariantCulture) } },
                    },
                    cancellationToken)
                .ConfigureAwait(false);
            return OffsetOf(response);
        }
        catch (RpcException conflict) when (conflict.StatusCode == StatusCode.Aborted)
        {
            // An answer was lost, and the part has arrived.
            using var response = await connection
                .SendAsync(
                    () => new HttpRequestMessage(HttpMethod.Head, new Uri($"{Uploads}/{upload}", UriKind.Relative)),
                    cancellationToken)
                .ConfigureAwait(false);
            return OffsetOf(response);
        }
    }

    private static long OffsetOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(OffsetHeader, out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new RpcException(new Status(StatusCode.Unknown, $"The server's answer has no {OffsetHeader}."));
}
