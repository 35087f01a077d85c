using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.SourceFiles;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Pictures.Files;

/// <summary>
/// Reads the files of pictures as they were added, from the object store or from the source in which they lie. For
/// models, exports and backups; what goes to people goes through <see cref="HandOuts"/>.
/// </summary>
internal sealed class PictureFiles(IObjectStore store, PictureSources sources, IProjectsDbFactory databases)
{
    /// <summary>Reads a file whole.</summary>
    /// <param name="tenant">Tenant of the picture's project.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file's bytes, whose SHA-256 is the picture's.</returns>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION: the file is gone from its source or from the store, or is another one now.
    /// </exception>
    public async Task<byte[]> ReadAsync(string tenant, PictureRow picture, CancellationToken cancellationToken)
    {
        await using var stream = await OpenAsync(tenant, picture, cancellationToken);
        var bytes = new byte[picture.SizeBytes];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var isWhole = read == bytes.Length && await stream.ReadAsync(new byte[1], cancellationToken) == 0;
        return isWhole && (picture.SourceId == 0 || SHA256.HashData(bytes).AsSpan().SequenceEqual(picture.Sha256))
            ? bytes
            : throw Problem(
                picture,
                "PICTURE_FILE_CHANGED",
                "is another one than when the picture was added. Put the old file back, or delete the picture and "
                    + "index the source again");
    }

    /// <summary>Opens a file; in a source it may have changed since the picture was added.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<Stream> OpenAsync(string tenant, PictureRow picture, CancellationToken cancellationToken)
    {
        if (picture.SourceId == 0)
        {
            var key = ObjectKeys.Picture(tenant, picture.Sha256);
            return await store.OpenAsync(key, 0, null, cancellationToken)
                ?? throw Missing(picture);
        }

        var uri = await databases.ReadAsync(
            (db, token) => db.Sources
                .Where(source => source.Id == picture.SourceId && source.ProjectId == picture.ProjectId)
                .Select(source => source.Uri)
                .FirstOrDefaultAsync(token),
            cancellationToken);
        var stream = uri is null ? null : await sources.Open(uri).OpenAsync(picture.SourcePath, cancellationToken);
        return stream ?? throw Missing(picture);
    }

    private static RpcException Missing(PictureRow picture) => Problem(
        picture, "PICTURE_FILE_MISSING", "is not there any more. Put the file back, or delete the picture");

    private static RpcException Problem(PictureRow picture, string reason, string what) => ProjectProblem.Of(
        StatusCode.FailedPrecondition,
        reason,
        $"The file {ProjectProblem.Quoted(picture.SourceId == 0 ? picture.Name : picture.SourcePath)} of picture "
            + $"{picture.Id} {(picture.SourceId == 0 ? "in the object store" : "in its source")} {what}.");
}
