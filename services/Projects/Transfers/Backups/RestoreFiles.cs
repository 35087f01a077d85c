using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Formats;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>
/// Brings the files of a backup's pictures into the object store, each checked against the picture. A picture without a
/// file keeps its masks and is reported.
/// </summary>
internal sealed class RestoreFiles(
    IProjectsDbFactory databases, IObjectStore objects, TenantStorage storage, FileReceiver receiver)
{
    private const int PagePictures = 500;

    /// <summary>Restores the files of all pictures of a new project.</summary>
    public async Task RestoreAsync(RestoreContext restore, IDatasetSource source, CancellationToken cancellationToken)
    {
        var known = source.Files.ToHashSet(StringComparer.Ordinal);
        long after = 0;
        while (await PageAsync(restore.ProjectId, after, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var picture in page)
            {
                if (await RestoreAsync(restore.Tenant, picture, source, known, cancellationToken) is { } fault)
                {
                    restore.Progress.Errors.Add(picture.Name, "file", fault);
                }

                await restore.Progress.SaveSometimesAsync(cancellationToken);
            }

            after = page[^1].Id;
        }
    }

    /// <summary>Restores one file. Returns what is wrong with it; null: the store has the file.</summary>
    private async Task<string?> RestoreAsync(
        string tenant,
        PictureRow picture,
        IDatasetSource source,
        HashSet<string> known,
        CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Picture(tenant, picture.Sha256);
        if (await IsThereAsync(tenant, picture, key, cancellationToken))
        {
            return null;
        }

        var path = BackupSections.FileOf(picture.Sha256);
        if (!known.Contains(path))
        {
            return "The file is neither in the backup nor on this server. Add the picture again from its file.";
        }

        if (source.SizeOf(path) > receiver.MaxBytes)
        {
            return $"The file has {source.SizeOf(path)} bytes, and a picture has at most {receiver.MaxBytes}.";
        }

        var bytes = new byte[source.SizeOf(path)];
        await using (var file = source.Open(path))
        {
            await file.ReadExactlyAsync(bytes, cancellationToken);
        }

        return Fault(picture, bytes) ?? await StoreAsync(tenant, key, bytes, cancellationToken);
    }

    /// <summary>
    /// Tells if the store has a file and keeps it: a purge that is about to delete the file is waited for.
    /// </summary>
    private Task<bool> IsThereAsync(
        string tenant, PictureRow picture, string key, CancellationToken cancellationToken) => databases.WriteAsync(
        async (db, token) =>
        {
            await db.LockFileAsync(tenant, picture.Sha256, token);
            return await objects.FindAsync(key, token) is not null;
        },
        cancellationToken,
        repeatable: true);

    private async Task<string?> StoreAsync(
        string tenant, string key, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            await storage.TakeAsync(tenant, bytes.Length, cancellationToken);
        }
        catch (RpcException full)
        {
            return full.Status.Detail;
        }

        await objects.WriteAsync(key, new MemoryStream(bytes, writable: false), cancellationToken);
        return null;
    }

    private static string? Fault(PictureRow picture, byte[] bytes)
    {
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(picture.Sha256))
        {
            return "The file in the backup has another SHA-256 than the picture. Add the picture again from its file.";
        }

        try
        {
            var header = ImageReader.ReadHeader(bytes, ImageLimits.Default);
            return (header.Width, header.Height) == (picture.Width, picture.Height)
                ? null
                : $"The file shows {header.Width} x {header.Height} pixels, and the picture has {picture.Width} x "
                    + $"{picture.Height}. Add the picture again from its file.";
        }
        catch (ImageException error)
        {
            return error.Message;
        }
    }

    private Task<List<PictureRow>> PageAsync(Guid project, long after, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            (db, token) => db.Pictures.Where(row => row.ProjectId == project && row.Id > after)
                .OrderBy(row => row.Id)
                .Take(PagePictures)
                .ToListAsync(token),
            cancellationToken);
}
