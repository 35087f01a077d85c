using Grpc.Core;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>
/// Applies operations to pictures: the one way by which annotations change, for people, runs and imports. All
/// operations of a call are one transaction under the picture's lock; watchers hear of them after the commit.
/// </summary>
internal sealed class AnnotationWriter(
    IProjectsDbFactory databases,
    Leases leases,
    PictureSignals signals,
    AnnotatingMetrics metrics,
    TimeProvider clock)
{
    /// <summary>Applies operations in a transaction of their own.</summary>
    /// <param name="write">The operations.</param>
    /// <param name="cancellationToken">Gives up; nothing is changed unless the commit has begun.</param>
    /// <returns>One outcome an operation: one that is wrong or a conflict does not stop the others.</returns>
    /// <exception cref="RpcException">
    /// NOT_FOUND: no such picture or job. FAILED_PRECONDITION: somebody else holds the lease.
    /// </exception>
    public async Task<AnnotationWriteResult> WriteAsync(AnnotationWrite write, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var size = await databases.ReadAsync(
            (db, token) => PictureSizes.RequireAsync(db, write.ProjectId, write.Picture, token), cancellationToken);
        var drafts = ReadAll(write.Operations, size.Width, size.Height, cancellationToken);
        var result = await databases.WriteAsync(
            (db, token) => ApplyAsync(db, write, drafts, token), cancellationToken, repeatable: true);
        metrics.Applied(result.Outcomes, clock.GetElapsedTime(began));
        signals.Publish(write.Picture);
        return result;
    }

    /// <summary>
    /// Applies operations within a transaction of the caller, who calls <see cref="Publish"/> after the commit. For
    /// work that must be marked as done together with what it made.
    /// </summary>
    /// <inheritdoc cref="WriteAsync(AnnotationWrite, CancellationToken)"/>
    public async Task<AnnotationWriteResult> WriteAsync(
        ProjectsDb db, AnnotationWrite write, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var size = await PictureSizes.RequireAsync(db, write.ProjectId, write.Picture, cancellationToken);
        var drafts = ReadAll(write.Operations, size.Width, size.Height, cancellationToken);
        var result = await ApplyAsync(db, write, drafts, cancellationToken);
        metrics.Applied(result.Outcomes, clock.GetElapsedTime(began));
        return result;
    }

    /// <summary>Tells watchers of a picture, in all processes, that something was committed.</summary>
    public void Publish(long picture) => signals.Publish(picture);

    private static List<OperationDraft> ReadAll(
        IReadOnlyList<Operation> operations, int width, int height, CancellationToken cancellationToken)
    {
        var drafts = new List<OperationDraft>(operations.Count);
        foreach (var operation in operations)
        {
            cancellationToken.ThrowIfCancellationRequested();
            drafts.Add(OperationReader.Read(operation, width, height));
        }

        return drafts;
    }

    private async Task<AnnotationWriteResult> ApplyAsync(
        ProjectsDb db, AnnotationWrite write, List<OperationDraft> drafts, CancellationToken cancellationToken)
    {
        var editor = await PictureEditor.OpenAsync(
                db, write.ProjectId, write.Picture, write.Author, clock.Now(), cancellationToken)
            ?? throw ProjectProblem.NotFound(nameof(Picture), $"{write.Picture}");
        var layer = await JobLayers.FindAsync(db, write.ProjectId, write.Picture, write.Job, cancellationToken);
        var applier = await OperationApplier.OpenAsync(db, editor, layer, drafts, cancellationToken);
        if (write.Holder is { } holder && applier.HasNews)
        {
            await leases.CheckAsync(db, write.Picture, layer, write.Author, holder, cancellationToken);
        }

        var outcomes = drafts.Select(applier.Apply).ToList();
        await editor.CloseAsync(cancellationToken);
        if (editor.HasChanged && !write.KeepsState && layer == 0
            && editor.Picture.State is PictureState.New or PictureState.Unspecified)
        {
            editor.Picture.State = PictureState.InProgress;
        }

        return new AnnotationWriteResult(outcomes, editor.Picture.Revision);
    }
}
