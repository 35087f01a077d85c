using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Catalogue;

/// <summary>Counts the pictures and annotations of projects, by an index that has all of it.</summary>
internal static class ProjectFigures
{
    /// <summary>Figures of projects; of one without pictures there are none.</summary>
    public static async Task<Dictionary<Guid, ProjectCounts>> ReadAsync(
        ProjectsDb db, IReadOnlyList<Guid> projects, CancellationToken cancellationToken)
    {
        var states = await db.Pictures
            .Where(row => projects.Contains(row.ProjectId) && row.DeleteTime == null)
            .GroupBy(row => new { row.ProjectId, row.State })
            .Select(group => new
            {
                group.Key.ProjectId,
                group.Key.State,
                Pictures = group.LongCount(),
                Annotations = group.Sum(row => (long)row.AnnotationCount),
                Proposals = group.Sum(row => (long)row.ProposalCount),
            })
            .ToListAsync(cancellationToken);
        return states.GroupBy(state => state.ProjectId).ToDictionary(
            project => project.Key,
            project => new ProjectCounts
            {
                Pictures = project.Sum(state => state.Pictures),
                Done = project.Where(state => state.State is PictureState.Done or PictureState.Accepted)
                    .Sum(state => state.Pictures),
                Annotations = project.Sum(state => state.Annotations),
                Proposals = project.Sum(state => state.Proposals),
            });
    }

    /// <summary>Figures of a project.</summary>
    public static async Task<ProjectCounts> ReadAsync(
        ProjectsDb db, Guid project, CancellationToken cancellationToken) =>
        (await ReadAsync(db, [project], cancellationToken)).GetValueOrDefault(project) ?? new ProjectCounts();
}
