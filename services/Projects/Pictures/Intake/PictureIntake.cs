using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Files;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>
/// Adds pictures to projects: the one way, for uploads, imports and sources. The file is stored before the row is
/// written, so that a row never lacks its file.
/// </summary>
internal sealed class PictureIntake(
    IProjectsDbFactory databases,
    IObjectStore store,
    Thumbnails thumbnails,
    TenantStorage storage,
    TimeProvider clock)
{
    // The file may be deleted between its check and the row, by a purge: then it is stored again.
    private const int MostTries = 5;

    /// <summary>Finds the picture of a project that has a file; null: the project has none.</summary>
    /// <param name="project">The project.</param>
    /// <param name="sha256">SHA-256 of the file, 32 bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<PictureRow?> FindAsync(Guid project, byte[] sha256, CancellationToken cancellationToken) =>
        databases.ReadAsync((db, token) => SameFileAsync(db, project, sha256, token), cancellationToken);

    /// <summary>Adds a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="file">Its file.</param>
    /// <param name="sha256">SHA-256 of the file, 32 bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The picture; the one that has the file already, if one has.</returns>
    /// <exception cref="ImageException">The file is no image, or damaged.</exception>
    /// <exception cref="RpcException">
    /// ALREADY_EXISTS: another picture has the name. RESOURCE_EXHAUSTED: the tenant's storage is full.
    /// </exception>
    public async Task<AddedPicture> AddAsync(
        NewPicture picture, ReadOnlyMemory<byte> file, byte[] sha256, CancellationToken cancellationToken)
    {
        if (await FindAsync(picture.ProjectId, sha256, cancellationToken) is { } known)
        {
            return new AddedPicture(known, IsNew: false);
        }

        var header = ImageReader.ReadHeader(file, ImageLimits.Default);
        if (!picture.NumberTakenName)
        {
            await CheckNameAsync(picture, cancellationToken);
        }

        var counted = picture.SourceId == 0 ? file.Length : 0;
        await storage.TakeAsync(picture.Tenant, counted, cancellationToken);
        var added = false;
        try
        {
            // Made from all of the file: a damaged one is refused here, and not on somebody's desk.
            await thumbnails.MakeAsync(picture.Tenant, sha256, file, cancellationToken);
            var row = NewRow(picture, header, sha256, file.Length);
            var result = await StoreAsync(picture, row, file, cancellationToken);
            added = result.IsNew;
            return result;
        }
        finally
        {
            if (!added)
            {
                storage.Return(picture.Tenant, counted);
            }
        }
    }

    private async Task<AddedPicture> StoreAsync(
        NewPicture picture, PictureRow row, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Picture(picture.Tenant, row.Sha256);
        for (var attempt = 1; ; attempt++)
        {
            if (picture.SourceId == 0 && await store.FindAsync(key, cancellationToken) is null)
            {
                await store.WriteAsync(key, new ReadOnlyStream(file), cancellationToken);
            }

            var added = await databases.WriteAsync(
                async (db, token) =>
                {
                    await db.LockFileAsync(picture.Tenant, row.Sha256, token);
                    return picture.SourceId != 0 || await store.FindAsync(key, token) is not null
                        ? await InsertAsync(db, picture, row, token)
                        : null;
                },
                cancellationToken,
                repeatable: true);
            if (added is not null)
            {
                return added;
            }

            if (attempt == MostTries)
            {
                throw new IOException($"The object store does not keep '{key}'.");
            }
        }
    }

    private static async Task<AddedPicture> InsertAsync(
        ProjectsDb db, NewPicture picture, PictureRow row, CancellationToken cancellationToken)
    {
        if (await SameFileAsync(db, picture.ProjectId, row.Sha256, cancellationToken) is { } known)
        {
            return new AddedPicture(known, IsNew: false);
        }

        (row.Id, row.Name) = (0, await FreeNameAsync(db, picture, cancellationToken));
        db.Pictures.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        return new AddedPicture(row, IsNew: true);
    }

    private async Task CheckNameAsync(NewPicture picture, CancellationToken cancellationToken) =>
        await databases.ReadAsync((db, token) => FreeNameAsync(db, picture, token), cancellationToken);

    private static async Task<string> FreeNameAsync(
        ProjectsDb db, NewPicture picture, CancellationToken cancellationToken)
    {
        var name = picture.Name;
        for (var number = 2; await IsTakenAsync(db, picture.ProjectId, name, cancellationToken); number++)
        {
            if (!picture.NumberTakenName)
            {
                throw ProjectProblem.Of(
                    StatusCode.AlreadyExists,
                    "PICTURE_NAME_TAKEN",
                    $"The project has another picture with the name {ProjectProblem.Quoted(name)}. Give this one "
                        + "another name, or ask for a number in its name (number_taken_name) to keep both.");
            }

            name = PictureName.Numbered(picture.Name, number);
        }

        return name;
    }

    private static Task<bool> IsTakenAsync(
        ProjectsDb db, Guid project, string name, CancellationToken cancellationToken) =>
        db.Pictures.AnyAsync(
            row => row.ProjectId == project && row.Name == name && row.DeleteTime == null, cancellationToken);

    private static Task<PictureRow?> SameFileAsync(
        ProjectsDb db, Guid project, byte[] sha256, CancellationToken cancellationToken) =>
        db.Pictures.AsNoTracking().FirstOrDefaultAsync(
            row => row.ProjectId == project && row.Sha256 == sha256 && row.DeleteTime == null, cancellationToken);

    private PictureRow NewRow(NewPicture picture, ImageHeader header, byte[] sha256, int length)
    {
        var now = clock.Now();
        return new PictureRow
        {
            ProjectId = picture.ProjectId,
            Name = picture.Name,
            Sha256 = sha256,
            Width = header.Width,
            Height = header.Height,
            SizeBytes = length,
            MediaType = header.MediaType,
            ExifOrientation = header.Orientation,
            AttributesJson = picture.AttributesJson,
            Split = picture.Split,
            State = PictureState.New,
            ExcludedReason = "",
            RandomKey = RandomOrder.KeyOf(sha256),
            SourceId = picture.SourceId,
            SourcePath = picture.SourcePath,
            CreateTime = now,
            UpdateTime = now,
        };
    }
}
