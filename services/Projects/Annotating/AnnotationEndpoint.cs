using System.Globalization;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>Serves <see cref="AnnotationService"/>.</summary>
internal sealed class AnnotationEndpoint(
    ProjectAccess access, IProjectsDbFactory databases, AnnotationWriter writer, PictureWatch watch)
    : AnnotationService.AnnotationServiceBase
{
    private const int MaxOperations = 1000;
    private const int MaxHolder = 100;

    // Clients accept messages of 4 MiB by default.
    private const int MaxPageBytes = 3 * 1024 * 1024;

    /// <inheritdoc/>
    public override async Task<ListAnnotationsResponse> ListAnnotations(
        ListAnnotationsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var size = Pages.SizeOf(request.PageSize, usual: 1000, most: 10_000);
        var after = PlaceOf(request);
        return await databases.ReadAsync(
            async (db, token) =>
            {
                var picture = await PictureSizes.RequireAsync(db, grant.ProjectId, request.Picture, token);
                var layer = await JobLayers.FindAsync(db, grant.ProjectId, picture.Id, request.Job, token);
                return await ListAsync(db, picture, layer, request, after, size, token);
            },
            context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ApplyOperationsResponse> ApplyOperations(
        ApplyOperationsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Annotator);
        if (request.Operations.Count is 0 or > MaxOperations)
        {
            throw ProjectProblem.Invalid(
                "operations", $"has {request.Operations.Count} operations; 1 to {MaxOperations} are allowed.");
        }

        if (request.Holder.Length > MaxHolder)
        {
            throw ProjectProblem.Invalid(
                "holder",
                $"has {request.Holder.Length} characters; at most {MaxHolder} are allowed, for example a UUID.");
        }

        var result = await writer.WriteAsync(
            new AnnotationWrite
            {
                ProjectId = grant.ProjectId,
                Picture = request.Picture,
                Job = request.Job,
                Author = grant.Subject,
                Holder = request.Holder,
                Operations = request.Operations,
            },
            context.CancellationToken);
        return new ApplyOperationsResponse { Outcomes = { result.Outcomes }, Revision = result.Revision };
    }

    /// <inheritdoc/>
    public override async Task<ListOperationsResponse> ListOperations(
        ListOperationsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var size = Pages.SizeOf(request.PageSize);
        Guid? annotation = request.Annotation.Length == 0
            ? null
            : ProjectAccess.ParseId("annotation", request.Annotation);
        return await databases.ReadAsync(
            async (db, token) =>
            {
                var picture = await PictureSizes.RequireAsync(db, grant.ProjectId, request.Picture, token);
                var operations = await PictureHistory.ReadAsync(
                    db, picture, annotation, layer: 0, request.After, size, token);
                return new ListOperationsResponse
                {
                    Operations = { MessageBytes.Fit(operations, MaxPageBytes) }, Revision = picture.Revision,
                };
            },
            context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task WatchPicture(
        WatchPictureRequest request,
        IServerStreamWriter<WatchPictureResponse> responseStream,
        ServerCallContext context) =>
        watch.RunAsync(request, responseStream, context);

    /// <summary>The annotation after which a page begins; null: the first page.</summary>
    private static (int Z, Guid Id)? PlaceOf(ListAnnotationsRequest request) =>
        Pages.Keys(request, request.PageToken, 2) is not [var z, var id] ? null
        : int.TryParse(z, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var place)
            && Guid.TryParseExact(id, "D", out var annotation) ? (place, annotation)
        : throw Pages.NoToken();

    private static async Task<ListAnnotationsResponse> ListAsync(
        ProjectsDb db,
        PictureSize picture,
        long layer,
        ListAnnotationsRequest request,
        (int Z, Guid Id)? after,
        int size,
        CancellationToken cancellationToken)
    {
        var rows = db.Annotations.AsNoTracking().Where(row => row.PictureId == picture.Id && row.JobId == layer);
        if (!request.ShowDeleted)
        {
            rows = rows.Where(row => row.DeleteTime == null && row.State != AnnotationState.Rejected);
        }

        if (after is { } cursor)
        {
            rows = rows.Where(row => row.Z >= cursor.Z && (row.Z > cursor.Z || row.Id > cursor.Id));
        }

        var answer = new ListAnnotationsResponse { Revision = picture.Revision };
        var bytes = 0;
        await foreach (var row in rows.OrderBy(row => row.Z).ThenBy(row => row.Id).Take(size + 1)
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var message = AnnotationMessages.Of(row, picture.Width, picture.Height);
            bytes += message.CalculateSize();
            if (answer.Annotations.Count == size || (bytes > MaxPageBytes && answer.Annotations.Count > 0))
            {
                var last = answer.Annotations[^1];
                answer.NextPageToken = Pages.Token(
                    request, last.Z.ToString(CultureInfo.InvariantCulture), last.Id);
                break;
            }

            answer.Annotations.Add(message);
        }

        return answer;
    }
}
