using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Issues;

/// <summary>Issues of pictures and the comments on them.</summary>
internal sealed class IssueBook(IProjectsDbFactory databases, TimeProvider clock)
{
    private const int MaxIssues = 1000;
    private const int MaxComments = 1000;
    private const int MaxText = 4000;

    /// <summary>
    /// Opens, comments on, resolves or reopens an issue. Comments that the record has stay as they are.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">
    /// INVALID_ARGUMENT with the field. NOT_FOUND: no such picture or annotation. RESOURCE_EXHAUSTED: too many.
    /// </exception>
    public Task<Issue> WriteAsync(
        ProjectGrant grant, long picture, Issue? issue, CancellationToken cancellationToken)
    {
        var (id, annotation, comments) = Check(issue);
        return databases.WriteAsync(
            async (db, token) =>
            {
                var pictureRow = await db.LockPictureAsync(grant.ProjectId, picture, token)
                    ?? throw ProjectProblem.NotFound("Picture", $"{picture}");
                var row = await db.Issues.AsTracking().FirstOrDefaultAsync(row => row.Id == id, token);
                if (row is null)
                {
                    row = await OpenAsync(db, pictureRow, issue!, id, annotation, token);
                }
                else if (row.PictureId != picture || row.ProjectId != grant.ProjectId)
                {
                    throw ProjectProblem.Invalid("issue.id", "belongs to an issue of another picture; make a new UUID");
                }

                pictureRow.OpenIssueCount += (issue!.Resolved ? 0 : 1) - (row.Resolved ? 0 : 1);
                row.Resolved = issue.Resolved;
                await AddCommentsAsync(db, grant, id, comments, token);
                await db.SaveChangesAsync(token);
                return await MessageAsync(db, row, token);
            },
            cancellationToken,
            repeatable: true);
    }

    /// <summary>Lists the issues of a picture, oldest first.</summary>
    public Task<IReadOnlyList<Issue>> ListAsync(
        ProjectGrant grant, long picture, CancellationToken cancellationToken) =>
        databases.ReadAsync<IReadOnlyList<Issue>>(
            async (db, token) =>
            {
                var rows = await db.Issues
                    .Where(row => row.PictureId == picture && row.ProjectId == grant.ProjectId)
                    .OrderBy(row => row.CreateTime).ThenBy(row => row.Id).Take(MaxIssues).ToListAsync(token);
                var ids = rows.Select(row => row.Id).ToList();
                var comments = (await db.IssueComments.Where(row => ids.Contains(row.IssueId)).ToListAsync(token))
                    .ToLookup(row => row.IssueId);
                return [.. rows.Select(row => MessageOf(row, comments[row.Id]))];
            },
            cancellationToken);

    private static (Guid Id, Guid? Annotation, IReadOnlyList<(Guid Id, string Text)> Comments) Check(Issue? issue)
    {
        if (issue is null)
        {
            throw ProjectProblem.Invalid("issue", "is missing");
        }

        if (!double.IsFinite(issue.X) || !double.IsFinite(issue.Y))
        {
            throw ProjectProblem.Invalid("issue.x", "and issue.y must be numbers of pixels");
        }

        var comments = new List<(Guid, string)>();
        foreach (var (comment, place) in issue.Comments.Select((comment, place) => (comment, place)))
        {
            if (string.IsNullOrWhiteSpace(comment.Text) || comment.Text.Length > MaxText)
            {
                throw ProjectProblem.Invalid(
                    $"issue.comments[{place}].text",
                    $"has {comment.Text.Length} characters; 1 to {MaxText} are allowed");
            }

            comments.Add((ProjectAccess.ParseId($"issue.comments[{place}].id", comment.Id), comment.Text));
        }

        return (
            ProjectAccess.ParseId("issue.id", issue.Id),
            issue.Annotation.Length == 0 ? null : ProjectAccess.ParseId("issue.annotation", issue.Annotation),
            comments);
    }

    private static async Task<Issue> MessageAsync(ProjectsDb db, IssueRow row, CancellationToken cancellationToken) =>
        MessageOf(row, await db.IssueComments.Where(one => one.IssueId == row.Id).ToListAsync(cancellationToken));

    private static Issue MessageOf(IssueRow row, IEnumerable<IssueCommentRow> comments) => new()
    {
        Id = row.Id.ToString(),
        Picture = row.PictureId,
        Annotation = row.AnnotationId?.ToString() ?? "",
        X = row.X,
        Y = row.Y,
        Resolved = row.Resolved,
        CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
        Comments =
        {
            comments.OrderBy(one => one.CreateTime).ThenBy(one => one.Id).Select(one => new IssueComment
            {
                Id = one.Id.ToString(),
                Text = one.Text,
                Author = one.Author,
                CreateTime = Timestamp.FromDateTimeOffset(one.CreateTime),
            }),
        },
    };

    private async Task<IssueRow> OpenAsync(
        ProjectsDb db,
        PictureRow picture,
        Issue issue,
        Guid id,
        Guid? annotation,
        CancellationToken cancellationToken)
    {
        if (await db.Issues.CountAsync(row => row.PictureId == picture.Id, cancellationToken) >= MaxIssues)
        {
            throw ProjectProblem.Of(
                StatusCode.ResourceExhausted,
                "TOO_MANY_ISSUES",
                $"The picture has {MaxIssues} issues, the most of one picture. Comment on one of them.");
        }

        if (annotation is { } about
            && !await db.Annotations.AnyAsync(row => row.Id == about && row.PictureId == picture.Id, cancellationToken))
        {
            throw ProjectProblem.NotFound("Annotation", $"{about}");
        }

        var row = new IssueRow
        {
            Id = id,
            ProjectId = picture.ProjectId,
            PictureId = picture.Id,
            AnnotationId = annotation,
            X = issue.X,
            Y = issue.Y,
            Resolved = true,
            CreateTime = clock.Now(),
        };
        db.Issues.Add(row);
        return row;
    }

    private async Task AddCommentsAsync(
        ProjectsDb db,
        ProjectGrant grant,
        Guid issue,
        IReadOnlyList<(Guid Id, string Text)> comments,
        CancellationToken cancellationToken)
    {
        var ids = comments.Select(comment => comment.Id).ToList();
        var known = await db.IssueComments.Where(row => ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => row.IssueId, cancellationToken);
        if (known.Any(one => one.Value != issue))
        {
            throw ProjectProblem.Invalid("issue.comments", "has the id of a comment on another issue; make a new UUID");
        }

        var added = comments.Where(comment => !known.ContainsKey(comment.Id))
            .DistinctBy(comment => comment.Id).ToArray();
        var count = await db.IssueComments.CountAsync(row => row.IssueId == issue, cancellationToken);
        if (count + added.Length > MaxComments)
        {
            throw ProjectProblem.Of(
                StatusCode.ResourceExhausted,
                "TOO_MANY_COMMENTS",
                $"An issue has at most {MaxComments} comments. Open another issue.");
        }

        var now = clock.Now();
        db.IssueComments.AddRange(added.Select((comment, place) => new IssueCommentRow
        {
            Id = comment.Id,
            IssueId = issue,
            Text = comment.Text,
            Author = grant.Subject,
            CreateTime = now.AddMilliseconds(place),
        }));
    }
}
