using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Reviewing.Audits;
using Segmentation.Projects.Reviewing.Figures;
using Segmentation.Projects.Reviewing.Issues;
using Segmentation.Projects.Reviewing.Verdicts;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;
using FiguresMessage = Segmentation.Protocol.Projects.V1.Figures;

namespace Segmentation.Projects.Reviewing;

/// <summary>Serves <see cref="ReviewService"/>.</summary>
internal sealed class ReviewEndpoint(
    ProjectAccess access,
    IProjectsDbFactory databases,
    Judge judge,
    IssueBook issues,
    Auditor auditor,
    AgreementReader agreements,
    FigureReadings figures) : ReviewService.ReviewServiceBase
{
    private const int MaxVerdictsListed = 1000;

    /// <inheritdoc/>
    public override async Task<JudgeAnnotationsResponse> JudgeAnnotations(
        JudgeAnnotationsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Reviewer);
        return await judge.JudgeAsync(grant, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListVerdictsResponse> ListVerdicts(
        ListVerdictsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var rows = await databases.ReadAsync(
            (db, token) => db.Verdicts
                .Where(row => row.PictureId == request.Picture && row.ProjectId == grant.ProjectId)
                .OrderByDescending(row => row.CreateTime).ThenBy(row => row.Id)
                .Take(MaxVerdictsListed).ToListAsync(token),
            context.CancellationToken);
        return new ListVerdictsResponse { Verdicts = { rows.Select(Judge.MessageOf) } };
    }

    /// <inheritdoc/>
    public override async Task<Issue> WriteIssue(WriteIssueRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Annotator);
        return await issues.WriteAsync(grant, request.Picture, request.Issue, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListIssuesResponse> ListIssues(ListIssuesRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var all = await issues.ListAsync(grant, request.Picture, context.CancellationToken);
        return new ListIssuesResponse { Issues = { all } };
    }

    /// <inheritdoc/>
    public override async Task<Job> CreateAudit(CreateAuditRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        return await auditor.CreateAsync(grant, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<AuditReport> GetAuditReport(GetAuditReportRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        return await auditor.ReportAsync(grant, request.Job, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<AgreementReport> GetAgreement(GetAgreementRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        return await agreements.ReadAsync(grant, request.Job, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<FiguresMessage> GetFigures(GetFiguresRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        return await figures.ReadAsync(
            grant.ProjectId, FigureDays.Read(request.From, request.To), context.CancellationToken);
    }
}
