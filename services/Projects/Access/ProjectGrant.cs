using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Access;

/// <summary>The right of a caller to do something in a project.</summary>
/// <param name="Caller">The caller.</param>
/// <param name="Role">The caller's role.</param>
/// <param name="Project">The project as it was at most two seconds ago; not to be changed.</param>
/// <param name="Settings">The project's settings, as old as the project; not to be changed.</param>
internal sealed record ProjectGrant(ProjectCaller Caller, Role Role, ProjectRow Project, ProjectSettings Settings)
{
    /// <summary>Id of the project.</summary>
    public Guid ProjectId => Project.Id;

    /// <summary>Tenant of the project and of the caller.</summary>
    public string Tenant => Caller.Tenant;

    /// <summary>Name of the caller.</summary>
    public string Subject => Caller.Subject;
}
