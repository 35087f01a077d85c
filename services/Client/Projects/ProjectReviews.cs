using System.Globalization;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Client.Projects;

/// <summary>Judging and measuring: verdicts, issues, audits, agreement and figures.</summary>
public sealed class ProjectReviews
{
    private readonly ProjectsConnection _connection;
    private readonly ReviewService.ReviewServiceClient _reviews;

    internal ProjectReviews(ProjectsConnection connection)
    {
        _connection = connection;
        _reviews = new ReviewService.ReviewServiceClient(connection.Channel);
    }

    /// <summary>Judges annotations, each once however often connections are lost.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="verdicts">1 to 1000 verdicts; those without an id are given one.</param>
    /// <param name="cancellationToken">Gives up; annotations may have been judged then.</param>
    /// <returns>One outcome a verdict, in their order: a conflict is an outcome, no error.</returns>
    public Task<JudgeAnnotationsResponse> JudgeAsync(
        string project,
        long picture,
        IEnumerable<Verdict> verdicts,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var request = new JudgeAnnotationsRequest { Project = project, Picture = picture };
        foreach (var verdict in verdicts)
        {
            var copy = verdict.Clone();
            copy.Id = copy.Id.Length > 0 ? copy.Id : ProjectsClient.NewId();
            request.Verdicts.Add(copy);
        }

        return _connection.CallAsync(call => _reviews.JudgeAnnotationsAsync(request, call), cancellationToken);
    }

    /// <summary>Lists the last 1000 verdicts of a picture, newest first.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Verdict>> ListVerdictsAsync(
        string project, long picture, CancellationToken cancellationToken = default)
    {
        var request = new ListVerdictsRequest { Project = project, Picture = picture };
        var answer = await _connection
            .CallAsync(call => _reviews.ListVerdictsAsync(request, call), cancellationToken)
            .ConfigureAwait(false);
        return answer.Verdicts;
    }

    /// <summary>Opens an issue at a place of a picture, comments on one, or resolves one.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="issue">
    /// The issue, with comments to add. An issue and comments without an id are new, and are given one.
    /// </param>
    /// <param name="cancellationToken">Gives up; the issue may have been written then.</param>
    public Task<Issue> WriteIssueAsync(
        string project, long picture, Issue issue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(issue);
        var copy = issue.Clone();
        copy.Id = copy.Id.Length > 0 ? copy.Id : ProjectsClient.NewId();
        foreach (var comment in copy.Comments.Where(comment => comment.Id.Length == 0))
        {
            comment.Id = ProjectsClient.NewId();
        }

        var request = new WriteIssueRequest { Project = project, Picture = picture, Issue = copy };
        return _connection.CallAsync(call => _reviews.WriteIssueAsync(request, call), cancellationToken);
    }

    /// <summary>Lists issues of a picture, oldest first.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Issue>> ListIssuesAsync(
        string project, long picture, CancellationToken cancellationToken = default)
    {
        var request = new ListIssuesRequest { Project = project, Picture = picture };
        var answer = await _connection
            .CallAsync(call => _reviews.ListIssuesAsync(request, call), cancellationToken)
            .ConfigureAwait(false);
        return answer.Issues;
    }

    /// <summary>Draws pictures and freezes their masks for an audit, once however often connections are lost.</summary>
    /// <param name="request">Size and seed of the draw; a request id is made where none is given.</param>
    /// <param name="cancellationToken">Gives up; the audit may have been created then.</param>
    /// <returns>The job in which people correct the masks.</returns>
    public Task<Job> CreateAuditAsync(CreateAuditRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var copy = request.Clone();
        copy.RequestId = copy.RequestId.Length > 0 ? copy.RequestId : ProjectsClient.NewId();
        return _connection.CallAsync(call => _reviews.CreateAuditAsync(copy, call), cancellationToken);
    }

    /// <summary>Compares the frozen masks of an audit with the corrected ones.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="job">Id of the audit's job.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AuditReport> GetAuditReportAsync(
        string project, long job, CancellationToken cancellationToken = default)
    {
        var request = new GetAuditReportRequest { Project = project, Job = job };
        return _connection.CallAsync(call => _reviews.GetAuditReportAsync(request, call), cancellationToken);
    }

    /// <summary>Compares masks of the same pictures: replicas with each other, or a project with its truth.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="job">Id of a job of replicas, or of ground truth.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AgreementReport> GetAgreementAsync(
        string project, long job, CancellationToken cancellationToken = default)
    {
        var request = new GetAgreementRequest { Project = project, Job = job };
        return _connection.CallAsync(call => _reviews.GetAgreementAsync(request, call), cancellationToken);
    }

    /// <summary>Gives figures of the work, by person, day, stage and label.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="from">First day (UTC); null: the beginning.</param>
    /// <param name="to">Last day (UTC); null: today.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Figures> GetFiguresAsync(
        string project, DateOnly? from = null, DateOnly? to = null, CancellationToken cancellationToken = default)
    {
        var request = new GetFiguresRequest { Project = project, From = DayOf(from), To = DayOf(to) };
        return _connection.CallAsync(call => _reviews.GetFiguresAsync(request, call), cancellationToken);
    }

    private static string DayOf(DateOnly? day) =>
        day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
