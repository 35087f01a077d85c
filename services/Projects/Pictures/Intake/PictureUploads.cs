using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>Adds pictures that callers send.</summary>
internal sealed class PictureUploads(
    PictureIntake intake,
    FileReceiver receiver,
    IObjectStore store,
    IProjectsDbFactory databases,
    ProjectAccess access)
{
    /// <summary>Adds the picture of an AddPicture call.</summary>
    public async Task<Picture> AddAsync(
        ProjectGrant grant,
        AddPictureMetadata metadata,
        IAsyncStreamReader<AddPictureRequest> requests,
        CancellationToken cancellationToken)
    {
        var picture = new NewPicture(grant.Tenant, grant.ProjectId, PictureName.Checked("metadata.name", metadata.Name))
        {
            AttributesJson = PictureMessages.JsonOf("metadata.attributes", metadata.Attributes),
            Split = Enum.IsDefined(metadata.Split)
                ? metadata.Split
                : throw ProjectProblem.Invalid("metadata.split", $"is {(int)metadata.Split}, which no part of a "
                    + "dataset has"),
            NumberTakenName = metadata.NumberTakenName,
        };
        receiver.CheckSize("metadata.size_bytes", metadata.SizeBytes);
        var announced = metadata.ImageId.Length == 0
            ? null
            : PictureMessages.Sha256Of("metadata.image_id", metadata.ImageId);
        if (announced is not null)
        {
            if (await intake.FindAsync(grant.ProjectId, announced, cancellationToken) is { } known)
            {
                return PictureMessages.Of(known);
            }

            if (await OpenOwnAsync(grant, announced, cancellationToken) is { } own)
            {
                await using (own)
                {
                    return PictureMessages.Of(
                        (await AddAsync(picture, own, 0, announced, cancellationToken)).Row);
                }
            }
        }

        await using var chunks = new ChunkStream(requests);
        var added = await AddAsync(picture, chunks, metadata.SizeBytes, announced, cancellationToken);
        return PictureMessages.Of(added.Row);
    }

    /// <summary>Adds a picture whose file is a stream.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="content">Its file.</param>
    /// <param name="announced">Size as announced, or 0.</param>
    /// <param name="sha256">SHA-256 as announced, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">What is wrong with the file, its name or the tenant's storage.</exception>
    public async Task<AddedPicture> AddAsync(
        NewPicture picture, Stream content, long announced, byte[]? sha256, CancellationToken cancellationToken)
    {
        using var file = await ReceiveAsync(picture, content, announced, cancellationToken);
        if (announced > 0 && file.Bytes.Length != announced)
        {
            throw ProjectProblem.Invalid(
                "metadata.size_bytes",
                $"is {announced}, but {file.Bytes.Length} bytes arrived; send the whole file with its size");
        }

        if (sha256 is not null && !file.Sha256.AsSpan().SequenceEqual(sha256))
        {
            throw ProjectProblem.Invalid(
                "metadata.image_id",
                $"is {PictureMessages.ImageIdOf(sha256)}, but the bytes that arrived are those of "
                    + $"{PictureMessages.ImageIdOf(file.Sha256)}; send the file unchanged");
        }

        try
        {
            return await intake.AddAsync(picture, file.Bytes, file.Sha256, cancellationToken);
        }
        catch (ImageException error)
        {
            throw ImageProblems.Of(picture.Name, error);
        }
    }

    private async Task<ReceivedFile> ReceiveAsync(
        NewPicture picture, Stream content, long announced, CancellationToken cancellationToken)
    {
        try
        {
            return await receiver.ReceiveAsync(
                content, announced, picture.Tenant, "metadata.size_bytes", cancellationToken);
        }
        catch (IOException error)
        {
            throw ProjectProblem.Invalid(
                "body", $"ended before the file {ProjectProblem.Quoted(picture.Name)} did: {error.Message} Send it "
                    + "again");
        }
    }

    /// <summary>
    /// Opens a file that the tenant has, if the caller may see a project with it: knowing a hash alone gives nobody a
    /// picture.
    /// </summary>
    private async Task<Stream?> OpenOwnAsync(ProjectGrant grant, byte[] sha256, CancellationToken cancellationToken)
    {
        var projects = await databases.ReadAsync(
            (db, token) => db.Projects
                .Where(project => project.Tenant == grant.Tenant && project.DeleteTime == null)
                .Where(project => db.Pictures.Any(row =>
                    row.ProjectId == project.Id && row.Sha256 == sha256 && row.DeleteTime == null && row.SourceId == 0))
                .Select(project => project.Id)
                .ToListAsync(token),
            cancellationToken);
        foreach (var project in projects)
        {
            if (await access.FindAsync(grant.Caller, project, cancellationToken) is not null)
            {
                return await store.OpenAsync(
                    ObjectKeys.Picture(grant.Tenant, sha256), 0, null, cancellationToken);
            }
        }

        return null;
    }
}
