using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Pictures.SourceFiles;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Projects.Pictures.Sources;

/// <summary>
/// One way through the files of a source, in their order. What was looked at is written every few files with the
/// renewed claim; a file that is looked at twice after a crash is recognised, since its picture is there.
/// </summary>
internal sealed class SourcePass(
    IProjectsDbFactory databases,
    PictureSources sources,
    PictureIntake intake,
    FileReceiver receiver,
    IOptions<ProjectsOptions> options,
    TimeProvider clock)
{
    private const int FilesAtOnce = 16;
    private static readonly TimeSpan _longestStep = TimeSpan.FromSeconds(10);

    // Files that stand beside pictures everywhere: they are passed over without an error.
    private static readonly string[] _beside =
        [".txt", ".json", ".xml", ".csv", ".md", ".yaml", ".yml", ".ini", ".db", ".html", ".pdf", ".zip"];

    /// <summary>Indexes a source to its end, or until the claim is lost.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION: the place is not allowed, or not there.</exception>
    /// <exception cref="IOException">The place cannot be read.</exception>
    public async Task RunAsync(SourceClaim claim, CancellationToken cancellationToken)
    {
        var source = sources.Open(claim.Uri);
        var step = new List<SourceLook>();
        var begun = clock.GetTimestamp();
        await foreach (var file in source.ListAsync(claim.Cursor, cancellationToken))
        {
            step.Add(await LookAsync(claim, source, file, cancellationToken));
            if (step.Count >= FilesAtOnce || clock.GetElapsedTime(begun) >= _longestStep)
            {
                if (!await WriteAsync(claim, step, isLast: false, cancellationToken))
                {
                    return;
                }

                step.Clear();
                begun = clock.GetTimestamp();
            }
        }

        await WriteAsync(claim, step, isLast: true, cancellationToken);
    }

    /// <summary>Looks at one file and adds its picture.</summary>
    private async Task<SourceLook> LookAsync(
        SourceClaim claim, IPictureSource source, ObjectEntry file, CancellationToken cancellationToken)
    {
        if (_beside.Contains(Path.GetExtension(file.Key).ToLowerInvariant())
            || await IsKnownAsync(claim, file, cancellationToken))
        {
            return new SourceLook(file.Key);
        }

        if (file.SizeBytes > options.Value.MaxPictureBytes)
        {
            return new SourceLook(
                file.Key,
                $"The file has {file.SizeBytes} bytes; a picture has at most {options.Value.MaxPictureBytes}. Save it "
                    + "smaller.");
        }

        try
        {
            await using var content = await source.OpenAsync(file.Key, cancellationToken);
            if (content is null)
            {
                return new SourceLook(
                    file.Key, "The file cannot be read, or is gone. Check its rights, and index the source again.");
            }

            var picture = new NewPicture(claim.Tenant, claim.ProjectId, PictureName.Checked("name", file.Key))
            {
                NumberTakenName = true, SourceId = claim.SourceId, SourcePath = file.Key,
            };
            using var received = await receiver.ReceiveAsync(
                content, file.SizeBytes, claim.Tenant, "size", cancellationToken);
            var added = await intake.AddAsync(picture, received.Bytes, received.Sha256, cancellationToken);
            return added.IsNew || added.Row.SourcePath == file.Key
                ? new SourceLook(file.Key) { IsNew = added.IsNew }
                : new SourceLook(file.Key, $"The picture '{added.Row.Name}' has the same file.");
        }
        catch (ImageException error)
        {
            return new SourceLook(file.Key, error.Message);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.InvalidArgument or StatusCode.AlreadyExists)
        {
            return new SourceLook(file.Key, error.Status.Detail);
        }
        catch (UnauthorizedAccessException error)
        {
            return new SourceLook(file.Key, error.Message);
        }
    }

    /// <summary>True for a file whose picture is there with the same size: it is not read again.</summary>
    private Task<bool> IsKnownAsync(SourceClaim claim, ObjectEntry file, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            (db, token) => db.Pictures.AnyAsync(
                row => row.ProjectId == claim.ProjectId
                    && row.Name == file.Key
                    && row.SourceId == claim.SourceId
                    && row.SizeBytes == file.SizeBytes
                    && row.DeleteTime == null,
                token),
            cancellationToken);

    /// <summary>Writes what was looked at, and renews or ends the claim.</summary>
    /// <returns>False: another process has the source now.</returns>
    private Task<bool> WriteAsync(
        SourceClaim claim, List<SourceLook> step, bool isLast, CancellationToken cancellationToken)
    {
        var (before, now) = (claim.Until, clock.Now());
        claim.Until = now + SourceIndexer.Claim;
        return databases.WriteAsync(
            async (db, token) =>
            {
                var row = await db.Sources.FirstOrDefaultAsync(one => one.Id == claim.SourceId, token);
                if (row is null || row.State != SourceState.Indexing || row.ClaimUntil != before)
                {
                    return false;
                }

                foreach (var look in step)
                {
                    row.Cursor = look.Path;
                    row.PictureCount += look.IsNew ? 1 : 0;
                    if (look.Problem is not null)
                    {
                        SourceMessages.AddError(row, look.Path, look.Problem);
                    }
                }

                row.ClaimUntil = isLast ? null : claim.Until;
                if (isLast)
                {
                    (row.State, row.IndexTime, row.Cursor) = (SourceState.Ready, now, "");
                    row.PictureCount = await db.Pictures.LongCountAsync(
                        one => one.ProjectId == claim.ProjectId
                            && one.Id > 0
                            && one.SourceId == claim.SourceId
                            && one.DeleteTime == null,
                        token);
                }

                return true;
            },
            cancellationToken);
    }
}
