using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>The role of one subject in a project.</summary>
internal sealed class MemberRow
{
    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>Name of the subject, as the audit log has it.</summary>
    public required string Subject { get; set; }

    /// <summary>The role.</summary>
    public Role Role { get; set; }
}
