using System.Runtime.CompilerServices;
using Google.Protobuf.Collections;
using Microsoft.EntityFrameworkCore;
using Segmentation.Formats;
using Segmentation.Formats.Files;
using Segmentation.Formats.Registry;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Exports;

/// <summary>Exports: one zip archive in one of the formats of datasets, begun anew after a death.</summary>
internal sealed class ExportWork(
    IProjectsDbFactory databases, ExportReader reader, ExportFiles files, ResultStore results) : ITransferWork
{
    // The one format that tells points, crops and stability of a mask.
    private const string FormatWithOrigin = "sa1b";

    /// <inheritdoc/>
    public TransferKind Kind => TransferKind.Export;

    /// <inheritdoc/>
    public async Task RunAsync(TransferProgress progress, CancellationToken cancellationToken)
    {
        await progress.RestartAsync(cancellationToken);
        var request = StartExportRequest.Parser.ParseFrom(progress.Row.Request);
        var writer = DatasetFormats.FindWriter(request.Format)
            ?? throw new TransferFailedException($"This server cannot write the format {request.Format}.");
        var project = await FindAsync(progress.Row.ProjectId, cancellationToken);
        var labels = await LabelsAsync(progress.Row.ProjectId, request.Labels, cancellationToken);
        var plan = new ExportPlan(
            progress.Row.ProjectId,
            request.Filter ?? new PictureFilter { Excluded = false },
            request.Labels,
            request.IncludeProposals,
            request.Format == FormatWithOrigin,
            labels.ToDictionary(label => label.Id, label => label.Name));
        progress.ItemCount = await reader.CountAsync(plan, cancellationToken);
        var key = ObjectKeys.Result(progress.Row.Tenant, progress.Row.Id);
        progress.SizeBytes = await results.WriteAsync(
            key,
            (stream, token) => WriteAsync(new Job(progress, plan, request, project), writer, labels, stream, token),
            cancellationToken);
        (progress.ObjectKey, progress.FileName) = (key, ResultNames.Of(project.Name, request.Format));
    }

    private async Task WriteAsync(
        Job job, IDatasetWriter writer, List<LabelRow> labels, Stream stream, CancellationToken cancellationToken)
    {
        using var sink = new ZipSink(stream);
        await writer.WriteAsync(
            DatasetLabels(labels), CountedAsync(job, cancellationToken), sink, job.Report, cancellationToken);
        if (!job.Request.IncludePictures)
        {
            return;
        }

        await foreach (var row in reader.ReadPicturesAsync(job.Plan, cancellationToken))
        {
            var path = writer.PicturePath(ExportReader.Picture(row));
            await files.WriteAsync(
                job.Project, job.Progress.Row.Creator, row, path, sink, job.Report, cancellationToken);
            job.Progress.DoneCount++;
            await job.Progress.SaveSometimesAsync(cancellationToken);
        }
    }

    private async IAsyncEnumerable<DatasetPicture> CountedAsync(
        Job job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var picture in reader.ReadAsync(job.Plan, job.Report, cancellationToken))
        {
            yield return picture.Picture;
            job.Progress.AnnotationCount += picture.Picture.Masks.Count;
            job.Progress.DoneCount += job.Request.IncludePictures ? 0 : 1;
            await job.Progress.SaveSometimesAsync(cancellationToken);
        }
    }

    private async Task<ProjectRow> FindAsync(Guid project, CancellationToken cancellationToken) =>
        await databases.ReadAsync(
            (db, token) => db.Projects.FirstOrDefaultAsync(row => row.Id == project && row.DeleteTime == null, token),
            cancellationToken)
        ?? throw new TransferFailedException("The project was deleted.");

    /// <summary>Labels in their order: those of the project, and deleted ones that annotations still have.</summary>
    private async Task<List<LabelRow>> LabelsAsync(
        Guid project, RepeatedField<int> chosen, CancellationToken cancellationToken)
    {
        var rows = await databases.ReadAsync(
            (db, token) => db.Labels.Where(row => row.ProjectId == project)
                .Where(row => row.DeleteTime == null || db.PictureLabels.Any(
                    used => used.ProjectId == project && used.LabelId == row.Id && used.Count > 0))
                .OrderBy(row => row.Place)
                .ThenBy(row => row.Id)
                .ToListAsync(token),
            cancellationToken);
        return chosen.Count == 0 ? rows : rows.FindAll(row => chosen.Contains(row.Id));
    }

    // A deleted label may have the name of another: formats know labels by their names, so that the two are one there.
    private static List<DatasetLabel> DatasetLabels(List<LabelRow> rows) =>
    [
        .. rows.DistinctBy(row => row.Name).Select((row, index) => new DatasetLabel(
            index + 1, row.Name, row.Color.Length > 0 ? row.Color : null, row.Kind == LabelKind.Stuff)),
    ];

    private sealed record Job(
        TransferProgress Progress, ExportPlan Plan, StartExportRequest Request, ProjectRow Project)
    {
        public void Report(DatasetProblem problem) => Progress.Errors.Add(problem.Item, problem.Field, problem.Reason);
    }
}
