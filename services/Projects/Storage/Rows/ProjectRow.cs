using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>A project.</summary>
internal sealed class ProjectRow
{
    /// <summary>Id, made by the client or else by the server.</summary>
    public required Guid Id { get; set; }

    /// <summary>Tenant that it belongs to.</summary>
    public required string Tenant { get; set; }

    /// <summary>Name, unique in the tenant among projects that are not deleted.</summary>
    public required string Name { get; set; }

    /// <summary>Text for people.</summary>
    public required string Description { get; set; }

    /// <summary>Greater with every change of the project.</summary>
    public long Revision { get; set; }

    /// <summary><c>ProjectSettings</c> as a protocol buffer.</summary>
    public required byte[] Settings { get; set; }

    /// <summary>
    /// Role of subjects that are no members; a copy of the field in <see cref="Settings"/>, for queries.
    /// </summary>
    public Role DefaultRole { get; set; }

    /// <summary>Subject who created it.</summary>
    public required string Creator { get; set; }

    /// <summary>Time of creation.</summary>
    public DateTimeOffset CreateTime { get; set; }

    /// <summary>Time of the last change.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>Time of deletion; null: not deleted.</summary>
    public DateTimeOffset? DeleteTime { get; set; }
}
