namespace Segmentation.Projects.Storage.Rows;

/// <summary>A comment on an issue.</summary>
internal sealed class IssueCommentRow
{
    /// <summary>Id, made by the client.</summary>
    public required Guid Id { get; set; }

    /// <summary>The issue.</summary>
    public required Guid IssueId { get; set; }

    /// <summary>Text.</summary>
    public required string Text { get; set; }

    /// <summary>Subject.</summary>
    public required string Author { get; set; }

    /// <summary>Time.</summary>
    public DateTimeOffset CreateTime { get; set; }
}
