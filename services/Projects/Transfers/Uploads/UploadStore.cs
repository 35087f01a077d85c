using System.IO.Pipelines;
using Google.Rpc;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Segmentation.Client.Projects;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Transfers.Work;

namespace Segmentation.Projects.Transfers.Uploads;

/// <summary>
/// Files that arrive in parts, for imports and restorations. Each part is an object of its own, and what has arrived
/// stays, whatever becomes of the connection or of this process.
/// </summary>
internal sealed class UploadStore(
    IProjectsDbFactory databases, IObjectStore objects, IOptions<TransferOptions> options, TimeProvider clock) : IExpiring
{
    /// <summary>Most bytes of a part: a request with more writes several.</summary>
    public const long PartBytes = 8 * 1024 * 1024;

    private const int MaxNameLength = 500;

    /// <summary>Creates an upload, or finds the one that the same request created before.</summary>
    /// <param name="tenant">Tenant of the caller.</param>
    /// <param name="project">The project; null: for a restoration.</param>
    /// <param name="id">Id of the upload.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="size">Size of the file in bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">A value is wrong, the tenant's bytes are used up, or the id is another's.</exception>
    public async Task<UploadRow> CreateAsync(
        string tenant, Guid? project, Guid id, string name, long size, CancellationToken cancellationToken)
    {
        Check(name, size);
        var key = KeyOf(tenant, id);
        return await databases.WriteAsync(
            async (db, token) =>
            {
                var now = clock.Now();
                if (await db.Uploads.AsNoTracking().FirstOrDefaultAsync(row => row.Id == key, token) is { } there)
                {
                    return there.ProjectId == project && there.SizeBytes == size
                        ? there
                        : throw ProjectProblem.Of(
                            StatusCode.AlreadyExists,
                            "UPLOAD_EXISTS",
                            $"There is another upload with the id {id}. Make a new id for another file.");
                }

                var used = await db.Uploads.Where(row => row.Tenant == tenant && row.ExpireTime > now)
                    .SumAsync(row => row.SizeBytes, token);
                if (used + size > options.Value.MaxUploadBytesPerTenant)
                {
                    throw ProjectProblem.Of(
                        StatusCode.ResourceExhausted,
                        "UPLOADS_FULL",
                        $"Uploads that were not imported so far have {used} bytes, and all may have "
                            + $"{options.Value.MaxUploadBytesPerTenant}. Import or delete some, or wait until they expire.",
                        new RetryInfo
                        {
                            RetryDelay = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMinutes(1)),
                        });
                }

                var row = new UploadRow
                {
                    Id = key,
                    Tenant = tenant,
                    ProjectId = project,
                    FileName = name,
                    SizeBytes = size,
                    CreateTime = now,
                    ExpireTime = now + options.Value.UploadLifetime,
                };
                db.Uploads.Add(row);
                return row;
            },
            cancellationToken,
            repeatable: true);
    }

    /// <summary>Finds an upload.</summary>
    /// <exception cref="RpcException">NOT_FOUND: there is none with this id, or it has expired.</exception>
    public async Task<UploadRow> FindAsync(
        string tenant, Guid? project, Guid id, CancellationToken cancellationToken)
    {
        var (key, now) = (KeyOf(tenant, id), clock.Now());
        var row = await databases.ReadAsync(
            (db, token) => db.Uploads.FirstOrDefaultAsync(
                row => row.Id == key && row.ProjectId == project && row.ExpireTime > now, token),
            cancellationToken);
        return row ?? throw Missing(id);
    }

    /// <summary>Finds the upload of a transfer that is at work.</summary>
    /// <exception cref="TransferFailedException">The upload has expired.</exception>
    public async Task<UploadRow> FindForWorkAsync(string tenant, Guid id, CancellationToken cancellationToken)
    {
        var key = KeyOf(tenant, id);
        return await databases.ReadAsync(
            (db, token) => db.Uploads.FirstOrDefaultAsync(row => row.Id == key && row.Complete, token),
            cancellationToken)
            ?? throw new TransferFailedException("The upload is not there any more. Upload the file again, and start again.");
    }

    /// <summary>Appends bytes, part by part.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="offset">Place of the first byte in the file.</param>
    /// <param name="body">The bytes, to the end of the stream.</param>
    /// <param name="cancellationToken">Gives up; parts that were written stay.</param>
    /// <returns>The bytes that have arrived; null: the upload does not end at <paramref name="offset"/>.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT: there are more bytes than were announced.</exception>
    public async Task<long?> AppendAsync(
        UploadRow upload, long offset, Stream body, CancellationToken cancellationToken)
    {
        if (upload.ReceivedBytes != offset)
        {
            return null;
        }

        // Read ahead, so that nothing is written for the end of a body.
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        await using var bytes = reader.AsStream();
        while (await HasMoreAsync(reader, cancellationToken))
        {
            var part = new PartStream(bytes, PartBytes);
            var key = ObjectKeys.UploadPart(upload.Tenant, upload.Id, offset, Guid.NewGuid());
            await objects.WriteAsync(key, part, cancellationToken);
            if (offset + part.Length > upload.SizeBytes)
            {
                await objects.DeleteAsync(key, cancellationToken);
                throw ProjectProblem.Invalid(
                    "body", $"has more than the {upload.SizeBytes} bytes that were announced for the upload");
            }

            if (!await AddPartAsync(upload.Id, offset, part.Length, key, cancellationToken))
            {
                await objects.DeleteAsync(key, cancellationToken);
                return null;
            }

            offset += part.Length;
        }

        return offset;
    }

    /// <summary>Writes all bytes of an upload into a stream.</summary>
    /// <exception cref="TransferFailedException">A part is not there any more.</exception>
    public async Task CopyAsync(UploadRow upload, Stream destination, CancellationToken cancellationToken)
    {
        var parts = await databases.ReadAsync(
            (db, token) => db.UploadParts.Where(part => part.UploadId == upload.Id)
                .OrderBy(part => part.Offset)
                .ToListAsync(token),
            cancellationToken);
        foreach (var part in parts)
        {
            await using var bytes = await objects.OpenAsync(part.ObjectKey, 0, null, cancellationToken)
                ?? throw new TransferFailedException(
                    $"Bytes of the upload from {part.Offset} on are not in the object store any more. Upload the file again.");
            await bytes.CopyToAsync(destination, cancellationToken);
        }
    }

    /// <summary>Deletes an upload and its parts; nothing happens if there is none.</summary>
    public Task DeleteAsync(string tenant, Guid id, CancellationToken cancellationToken) =>
        DeleteRowAsync(tenant, KeyOf(tenant, id), cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var expired = await databases.ReadAsync(
            (db, token) => db.Uploads.Where(row => row.ExpireTime <= now)
                .Select(row => new { row.Tenant, row.Id })
                .Take(1000)
                .ToListAsync(token),
            cancellationToken);
        foreach (var upload in expired)
        {
            await DeleteRowAsync(upload.Tenant, upload.Id, cancellationToken);
        }
    }

    /// <summary>NOT_FOUND for an upload.</summary>
    public static RpcException Missing(Guid id) => ProjectProblem.NotFound(
        "Upload", id.ToString(), $"There is no upload {id}, or it has expired or was imported. Upload the file again.");

    private async Task DeleteRowAsync(string tenant, Guid key, CancellationToken cancellationToken)
    {
        await foreach (var entry in objects.ListAsync(ObjectKeys.Uploads(tenant, key), "", cancellationToken))
        {
            await objects.DeleteAsync(entry.Key, cancellationToken);
        }

        await databases.WriteAsync(
            async (db, token) =>
            {
                await db.UploadParts.Where(part => part.UploadId == key).ExecuteDeleteAsync(token);
                await db.Uploads.Where(row => row.Id == key).ExecuteDeleteAsync(token);
            },
            cancellationToken,
            repeatable: true);
    }

    private static async Task<bool> HasMoreAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var next = await reader.ReadAsync(cancellationToken);
        reader.AdvanceTo(next.Buffer.Start);
        return !next.Buffer.IsEmpty;
    }

    // Clients make ids of what they upload: two tenants with the same file must not meet.
    private static Guid KeyOf(string tenant, Guid id) => NameBasedId.Of(id, tenant);

    private Task<bool> AddPartAsync(Guid id, long offset, long size, string key, CancellationToken cancellationToken)
    {
        var expires = clock.Now() + options.Value.UploadLifetime;
        return databases.WriteAsync(
            async (db, token) =>
            {
                var changed = await db.Uploads
                    .Where(row => row.Id == id && row.ReceivedBytes == offset)
                    .ExecuteUpdateAsync(
                        row => row.SetProperty(r => r.ReceivedBytes, offset + size)
                            .SetProperty(r => r.Complete, r => r.SizeBytes == offset + size)
                            .SetProperty(r => r.ExpireTime, expires),
                        token);
                if (changed == 1)
                {
                    db.UploadParts.Add(new()
                    {
                        UploadId = id, Offset = offset, SizeBytes = size, ObjectKey = key,
                    });
                }

                return changed == 1;
            },
            cancellationToken);
    }

    private void Check(string name, long size)
    {
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
        {
            throw ProjectProblem.Invalid(
                "name", $"must be a file name of 1 to {MaxNameLength} characters without control characters");
        }

        if (size < 1 || size > options.Value.MaxUploadBytes)
        {
            throw ProjectProblem.Invalid(
                "sizeBytes", $"is {size}; an upload has 1 to {options.Value.MaxUploadBytes} bytes. Split a larger dataset");
        }
    }
}
