using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>Checks a request for jobs and deals its pictures out.</summary>
internal static class JobPlan
{
    /// <summary>Most pictures of one request.</summary>
    public const int MaxPictures = 1_000_000;

    private const int MaxNamed = 10_000;
    private const int MaxAssignees = 100;
    private const int MaxName = 200;
    private const int MaxSubject = 500;
    private const int DefaultReplicas = 2;

    /// <summary>Checks what the request says without looking at pictures.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT with the field.</exception>
    public static void Check(CreateJobRequest request)
    {
        CheckName("name", request.Name);
        if (request.Kind is JobKind.Unspecified or JobKind.Audit || !Enum.IsDefined(request.Kind))
        {
            throw ProjectProblem.Invalid(
                "kind",
                request.Kind == JobKind.Audit
                    ? "is an audit; audits are created by CreateAudit"
                    : "is missing or unknown");
        }

        CheckSample(request.Sample);
        if (request.Pictures.Count > MaxNamed)
        {
            throw ProjectProblem.Invalid(
                "pictures", $"names {request.Pictures.Count}; at most {MaxNamed} are allowed. Use a filter for more");
        }

        if (request.Assignees.Count > MaxAssignees || request.Assignees.Any(name => name.Length is 0 or > MaxSubject))
        {
            throw ProjectProblem.Invalid(
                "assignees", $"must be at most {MaxAssignees} names of 1 to {MaxSubject} characters");
        }

        if (request.Assignees.Distinct(StringComparer.Ordinal).Count() < request.Assignees.Count)
        {
            throw ProjectProblem.Invalid(
                "assignees", "names somebody twice; one person's two replicas measure nothing");
        }

        if (request.Kind == JobKind.Replica && request.Assignees.Count == 1)
        {
            throw ProjectProblem.Invalid(
                "assignees", "names one person; replicas need two or more, or none to leave the jobs to anybody");
        }
    }

    /// <summary>Pictures that a request names, of those that it filters; all of them where it names none.</summary>
    public static IQueryable<PictureRow> Named(IQueryable<PictureRow> pictures, ICollection<long> ids)
    {
        if (ids.Count == 0)
        {
            return pictures;
        }

        var wanted = ids.ToArray();
        return pictures.Where(picture => wanted.Contains(picture.Id));
    }

    /// <summary>Checks a job's name.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static void CheckName(string field, string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxName)
        {
            throw ProjectProblem.Invalid(
                field, $"has {name.Length} characters; 1 to {MaxName} are allowed, not only spaces");
        }
    }

    /// <summary>Checks the subject who does a job; empty: anybody.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="assignee">The subject.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static void CheckAssignee(string field, string assignee)
    {
        if (assignee.Length > MaxSubject)
        {
            throw ProjectProblem.Invalid(field, $"has {assignee.Length} characters; at most {MaxSubject} are allowed");
        }
    }

    /// <summary>Checks the size of a draw.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static void CheckSample(int sample)
    {
        if (sample is < 0 or > MaxPictures)
        {
            throw ProjectProblem.Invalid("sample", $"is {sample}; 0 to {MaxPictures} pictures are allowed");
        }
    }

    /// <summary>Pictures of each job: replicas have all of them, other jobs are dealt them in turn.</summary>
    /// <param name="request">A checked request.</param>
    /// <param name="settings">The project's settings.</param>
    /// <param name="pictures">The pictures.</param>
    /// <returns>
    /// The assignee, or empty for anybody, and the pictures of each job; never a job without pictures.
    /// </returns>
    public static IReadOnlyList<(string Assignee, IReadOnlyList<long> Pictures)> Deal(
        CreateJobRequest request, ProjectSettings settings, IReadOnlyList<long> pictures)
    {
        if (request.Kind == JobKind.Replica)
        {
            var replicas = settings.Replicas == 0 ? DefaultReplicas : (int)settings.Replicas;
            var people = request.Assignees.Count > 0 ? request.Assignees : Enumerable.Repeat("", Math.Max(replicas, 2));
            return [.. people.Select(person => (person, pictures))];
        }

        var assignees = request.Assignees.Count > 0 ? [.. request.Assignees] : new[] { "" };
        return
        [
            .. assignees
                .Select((assignee, place) => (
                    assignee, (IReadOnlyList<long>)[.. pictures.Where((_, i) => i % assignees.Length == place)]))
                .Where(job => job.Item2.Count > 0),
        ];
    }
}
