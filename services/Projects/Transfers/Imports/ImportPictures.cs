using Google.Rpc;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Formats;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Projects.Transfers.Imports;

/// <summary>Finds the pictures of an import in the project, and adds those that the upload brings.</summary>
internal sealed class ImportPictures(
    IProjectsDbFactory databases, PictureUploads intake, FileReceiver receiver, TimeProvider clock)
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>Finds a picture by its name; null: the project has none.</summary>
    public Task<PictureRow?> FindAsync(ImportContext import, string name, CancellationToken cancellationToken)
    {
        var project = import.ProjectId;
        return databases.ReadAsync(
            (db, token) => db.Pictures.FirstOrDefaultAsync(
                row => row.ProjectId == project && row.Name == name && row.DeleteTime == null, token),
            cancellationToken);
    }

    /// <summary>Size of the upright picture; null: neither the project nor the upload has the picture.</summary>
    public (int Width, int Height)? SizeOf(ImportContext import, string name)
    {
        var project = import.ProjectId;
        using (var db = databases.Open())
        {
            var size = db.Pictures.AsNoTracking()
                .Where(row => row.ProjectId == project && row.Name == name && row.DeleteTime == null)
                .Select(row => new { row.Width, row.Height })
                .FirstOrDefault();
            if (size is not null)
            {
                return (size.Width, size.Height);
            }
        }

        return import.FileOf(name) is { } path ? SizeIn(import.Source, path) : null;
    }

    /// <summary>Adds a picture from the upload; null: the file cannot be added, which is reported.</summary>
    /// <param name="import">The import.</param>
    /// <param name="path">Path of the file in the upload.</param>
    /// <param name="name">Name of the picture.</param>
    /// <param name="picture">What the dataset says of the picture; null: nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PictureRow?> AddAsync(
        ImportContext import, string path, string name, DatasetPicture? picture, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var added = new NewPicture(import.Tenant, import.ProjectId, PictureName.Checked("name", name))
                {
                    AttributesJson = picture?.AttributesJson ?? "",
                    Split = SplitOf(picture?.Split),
                };
                await using var file = import.Source.Open(path);
                return (await intake.AddAsync(added, file, import.Source.SizeOf(path), null, cancellationToken)).Row;
            }
            catch (RpcException busy) when (
                busy.StatusCode == StatusCode.ResourceExhausted && busy.GetRpcStatus()?.GetDetail<RetryInfo>() is not null)
            {
                // Other files are arriving: their memory is free again soon.
                await Task.Delay(_pause, clock, cancellationToken);
            }
            catch (RpcException refused) when (refused.StatusCode is not (StatusCode.Unavailable or StatusCode.Cancelled))
            {
                import.Progress.Errors.Add(path, "", refused.Status.Detail);
                return null;
            }
        }
    }

    private (int Width, int Height)? SizeIn(IDatasetSource source, string path)
    {
        if (source.SizeOf(path) > receiver.MaxBytes)
        {
            return null;
        }

        var bytes = new byte[source.SizeOf(path)];
        using (var file = source.Open(path))
        {
            file.ReadExactly(bytes);
        }

        try
        {
            var header = ImageReader.ReadHeader(bytes, ImageLimits.Default);
            return (header.Width, header.Height);
        }
        catch (ImageException)
        {
            // Reported with the reason when the picture is added.
            return null;
        }
    }

    private static Split SplitOf(string? split) => split switch
    {
        "train" => Split.Train,
        "val" => Split.Validation,
        "test" => Split.Test,
        _ => Split.Unspecified,
    };
}
