using Grpc.Core;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Metadata;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Projects.Pictures.Files;

/// <summary>
/// Files of pictures for people: without personal metadata unless the project hands it out. Such a file has another
/// SHA-256 than the picture's image id, which stays that of the file as added: embeddings belong to the latter.
/// </summary>
internal sealed class HandOuts(PictureFiles files, Thumbnails thumbnails) : IDisposable
{
    // A file lies in memory twice while metadata is cut out.
    private readonly SemaphoreSlim _turns = new(4 * Environment.ProcessorCount);

    /// <summary>Name of what <see cref="FileAsync"/> gives: equal names, equal bytes.</summary>
    public static string FileTag(ProjectGrant grant, PictureRow picture)
    {
        var hex = Convert.ToHexStringLower(picture.Sha256);
        return grant.Settings.HandOutMetadata ? hex : $"{hex}-clean{PrivateMetadata.Version}";
    }

    /// <summary>Name of what <see cref="ThumbnailAsync"/> gives.</summary>
    public static string ThumbnailTag(PictureRow picture) =>
        $"{Convert.ToHexStringLower(picture.Sha256)}-{Thumbnails.Side}";

    /// <summary>The file.</summary>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION: the file is gone from its source, or its metadata cannot be told from its pixels.
    /// </exception>
    public async Task<ReadOnlyMemory<byte>> FileAsync(
        ProjectGrant grant, PictureRow picture, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            var file = await files.ReadAsync(grant.Tenant, picture, cancellationToken);
            return grant.Settings.HandOutMetadata
                ? file
                : PrivateMetadata.Strip(file, picture.MediaType, picture.ExifOrientation);
        }
        catch (InvalidDataException error)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "METADATA_NOT_SEPARABLE",
                $"Personal metadata cannot be cut out of {ProjectProblem.Quoted(picture.Name)}: {error.Message} A "
                    + "manager can have files handed out as they are (hand_out_metadata), or add the picture saved "
                    + "anew.");
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>The thumbnail, a JPEG file; made now if it is missing.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION: the file is gone from its source, or damaged.</exception>
    public async Task<ReadOnlyMemory<byte>> ThumbnailAsync(
        ProjectGrant grant, PictureRow picture, CancellationToken cancellationToken)
    {
        if (await thumbnails.FindAsync(grant.Tenant, picture.Sha256, cancellationToken) is { } found)
        {
            return found;
        }

        await _turns.WaitAsync(cancellationToken);
        try
        {
            var file = await files.ReadAsync(grant.Tenant, picture, cancellationToken);
            return await thumbnails.MakeAsync(grant.Tenant, picture.Sha256, file, cancellationToken);
        }
        catch (ImageException error)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "IMAGE_DAMAGED",
                $"{ProjectProblem.Quoted(picture.Name)}: {error.Message}");
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
