using System.Runtime.CompilerServices;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Client.Projects;

/// <summary>Annotations of pictures, their operations, and other people's changes as they happen.</summary>
public sealed class ProjectAnnotations
{
    // Bounds of one request: AnnotationService.ApplyOperations. Half of the bytes, so that ids and headers fit, too.
    private const int MaxOperations = 1000;
    private const int MaxBytes = 8 * 1024 * 1024;

    private readonly ProjectsConnection _connection;
    private readonly AnnotationService.AnnotationServiceClient _annotations;

    internal ProjectAnnotations(ProjectsConnection connection)
    {
        _connection = connection;
        _annotations = new AnnotationService.AnnotationServiceClient(connection.Channel);
    }

    /// <summary>Lists annotations of a picture by z, then by id.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="showDeleted">True to list deleted annotations, too.</param>
    /// <param name="job">A job with annotations of its own; 0: those of the picture itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<Annotation> ListAsync(
        string project,
        long picture,
        bool showDeleted = false,
        long job = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListAnnotationsRequest
        {
            Project = project, Picture = picture, ShowDeleted = showDeleted, Job = job,
        };
        do
        {
            var page = await _connection
                .CallAsync(call => _annotations.ListAnnotationsAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var annotation in page.Annotations)
            {
                yield return annotation;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>
    /// Applies operations to a picture, in their order and each once, however often connections are lost: they are sent
    /// again with the same ids. More than a request holds are sent in several.
    /// </summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="operations">
    /// The operations. Those without an id are given one here. Who wants to repeat them after the death of this process
    /// gives them ids and keeps them.
    /// </param>
    /// <param name="holder">Who holds the picture's lease; null: nobody does.</param>
    /// <param name="job">A job with annotations of its own; 0: those of the picture itself.</param>
    /// <param name="cancellationToken">Gives up; operations may have been applied then.</param>
    /// <returns>One outcome an operation, in their order: a conflict or a refusal is an outcome, no error.</returns>
    public async Task<ApplyOperationsResponse> ApplyAsync(
        string project,
        long picture,
        IEnumerable<Operation> operations,
        string? holder = null,
        long job = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var answer = new ApplyOperationsResponse();
        foreach (var request in Requests(operations))
        {
            (request.Project, request.Picture, request.Holder, request.Job) = (project, picture, holder ?? "", job);
            var part = await _connection
                .CallAsync(call => _annotations.ApplyOperationsAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            answer.Outcomes.Add(part.Outcomes);
            answer.Revision = part.Revision;
        }

        return answer;
    }

    /// <summary>Lists operations of a picture, or of one of its annotations, oldest first.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="annotation">Id of the annotation; null: all.</param>
    /// <param name="after">Only operations after this sequence number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<Operation> ListOperationsAsync(
        string project,
        long picture,
        string? annotation = null,
        long after = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListOperationsRequest
        {
            Project = project, Picture = picture, Annotation = annotation ?? "", After = after, PageSize = 1000,
        };
        while (true)
        {
            var page = await _connection
                .CallAsync(call => _annotations.ListOperationsAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var operation in page.Operations)
            {
                request.After = operation.Sequence;
                yield return operation;
            }

            if (page.Operations.Count == 0 || request.After >= page.Revision)
            {
                yield break;
            }
        }
    }

    /// <summary>
    /// Tells operations of a picture as they happen, each once and in their order, over lost connections, too.
    /// </summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="after">Operations after this sequence number come first.</param>
    /// <param name="job">A job with annotations of its own; 0: those of the picture itself.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async IAsyncEnumerable<WatchPictureResponse> WatchAsync(
        string project,
        long picture,
        long after = 0,
        long job = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new WatchPictureRequest { Project = project, Picture = picture, After = after, Job = job };
        var messages = _connection.StreamAsync(
            call => _annotations.WatchPicture(request, call), isEndless: true, cancellationToken);
        await foreach (var message in messages.ConfigureAwait(false))
        {
            if (message.Operations.Count > 0)
            {
                request.After = message.Operations[^1].Sequence;
            }

            yield return message;
        }
    }

    private static IEnumerable<ApplyOperationsRequest> Requests(IEnumerable<Operation> operations)
    {
        var (request, bytes) = (new ApplyOperationsRequest(), 0);
        foreach (var operation in operations)
        {
            // A copy: the caller may use its object again while it is sent a second time.
            var copy = operation.Clone();
            copy.Id = copy.Id.Length > 0 ? copy.Id : ProjectsClient.NewId();
            var size = copy.CalculateSize();
            if (request.Operations.Count == MaxOperations || (request.Operations.Count > 0 && bytes + size > MaxBytes))
            {
                yield return request;
                (request, bytes) = (new ApplyOperationsRequest(), 0);
            }

            request.Operations.Add(copy);
            bytes += size;
        }

        if (request.Operations.Count > 0)
        {
            yield return request;
        }
    }
}
