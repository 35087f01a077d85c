using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Catalogue;

/// <summary>Creates, changes and deletes projects.</summary>
internal sealed class ProjectBook(IProjectsDbFactory databases, ProjectAccess access, TimeProvider clock)
{
    private const int MaxFirstLabels = 1000;
    private static readonly string[] _fields = ["name", "description", "settings"];
    private static readonly string[] _changeable = [.. _fields, "settings.*"];

    /// <summary>Creates a project, or finds the one that the same request created before.</summary>
    public async Task<Project> CreateAsync(
        ProjectCaller caller, CreateProjectRequest request, CancellationToken cancellationToken)
    {
        var given = request.Project ?? throw ProjectProblem.Invalid("project", "is missing.");
        var id = given.Id.Length == 0
            ? Guid.CreateVersion7(clock.Now())
            : ProjectAccess.ParseId("project.id", given.Id);
        CatalogueFields.Name("project.name", given.Name);
        CatalogueFields.Description("project.description", given.Description);
        var settings = CatalogueFields.Settings("project.settings", given.Settings ?? new ProjectSettings());
        CheckLabels(request.Labels);
        var created = await databases.WriteAsync(
            async (db, token) =>
            {
                // By one query: between two, the same request may be committed by another process.
                var taken = await db.Projects
                    .Where(row => row.Id == id
                        || (row.Tenant == caller.Tenant && row.Name == given.Name && row.DeleteTime == null))
                    .ToListAsync(token);
                if (taken.FirstOrDefault(row => row.Id == id) is { } there)
                {
                    return await FindCreatedAsync(db, caller, there, token);
                }

                if (taken.Count > 0)
                {
                    throw NameTaken(given.Name);
                }

                var now = clock.Now();
                var row = new ProjectRow
                {
                    Id = id,
                    Tenant = caller.Tenant,
                    Name = given.Name,
                    Description = given.Description,
                    Revision = 1,
                    Settings = settings.ToByteArray(),
                    DefaultRole = settings.DefaultRole,
                    Creator = caller.Subject,
                    CreateTime = now,
                    UpdateTime = now,
                };
                db.Projects.Add(row);
                db.Members.Add(new MemberRow { ProjectId = id, Subject = caller.Subject, Role = Role.Manager });
                db.Labels.AddRange(request.Labels.Select((name, index) => LabelBook.New(id, index + 1, name)));
                return CatalogueMessages.Of(row, Role.Manager, new ProjectCounts());
            },
            cancellationToken,
            repeatable: true);
        access.Forget(id);
        return created;
    }

    /// <summary>Changes a project.</summary>
    public Task<Project> UpdateAsync(
        ProjectGrant grant, UpdateProjectRequest request, CancellationToken cancellationToken)
    {
        var given = request.Project;
        var mask = UpdateMask.Of<Project>(
            request.UpdateMask,
            _changeable,
            _fields.Where(field => field switch
            {
                "name" => given.Name.Length > 0,
                "description" => given.Description.Length > 0,
                _ => given.Settings is not null,
            }));
        return ChangeAsync(
            grant,
            async (db, row, token) =>
            {
                if (given.Revision != 0 && given.Revision != row.Revision)
                {
                    throw ProjectProblem.Conflict(
                        CatalogueMessages.Of(row, grant.Role, await ProjectFigures.ReadAsync(db, row.Id, token)),
                        $"The change was made on revision {given.Revision} of the project, which has revision "
                        + $"{row.Revision} now. Look at the project in the details, and change that.");
                }

                if (mask.Has("name") && CatalogueFields.Name("project.name", given.Name) != row.Name)
                {
                    await RequireFreeNameAsync(db, row.Tenant, given.Name, token);
                    row.Name = given.Name;
                }

                if (mask.Has("description"))
                {
                    row.Description = CatalogueFields.Description("project.description", given.Description);
                }

                var settings = SettingsAfter(row, given.Settings ?? new ProjectSettings(), mask);
                (row.Settings, row.DefaultRole) = (settings.ToByteArray(), settings.DefaultRole);
            },
            cancellationToken);
    }

    /// <summary>Deletes a project, for 30 days; or restores it.</summary>
    public Task<Project> SetDeletedAsync(ProjectGrant grant, bool isDeleted, CancellationToken cancellationToken) =>
        ChangeAsync(
            grant,
            async (db, row, token) =>
            {
                if (!isDeleted && row.DeleteTime is { } time)
                {
                    if (time < clock.Now() - ProjectPurge.KeptFor)
                    {
                        throw ProjectProblem.NoProject(row.Id.ToString("D"));
                    }

                    await RequireFreeNameAsync(db, row.Tenant, row.Name, token);
                }

                row.DeleteTime = isDeleted ? row.DeleteTime ?? clock.Now() : null;
            },
            cancellationToken);

    private async Task<Project> ChangeAsync(
        ProjectGrant grant,
        Func<ProjectsDb, ProjectRow, CancellationToken, Task> change,
        CancellationToken cancellationToken)
    {
        var project = await databases.WriteAsync(
            async (db, token) =>
            {
                var row = await db.LockProjectAsync(grant.ProjectId, token)
                    ?? throw ProjectProblem.NoProject(grant.ProjectId.ToString("D"));
                await change(db, row, token);
                row.Revision++;
                row.UpdateTime = clock.Now();
                return CatalogueMessages.Of(row, grant.Role, await ProjectFigures.ReadAsync(db, row.Id, token));
            },
            cancellationToken);
        access.Forget(grant.ProjectId);
        return project;
    }

    private static ProjectSettings SettingsAfter(ProjectRow row, ProjectSettings given, UpdateMask mask)
    {
        var settings = mask.Has("settings") ? given.Clone() : ProjectSettings.Parser.ParseFrom(row.Settings);
        var fields = new FieldMask { Paths = { mask.Below("settings") } };
        fields.Merge(given, settings, new FieldMask.MergeOptions { ReplacePrimitiveFields = true });
        return CatalogueFields.Settings("project.settings", settings);
    }

    private static async Task<Project> FindCreatedAsync(
        ProjectsDb db, ProjectCaller caller, ProjectRow row, CancellationToken cancellationToken) =>
        row.Tenant == caller.Tenant && row.Creator == caller.Subject && row.DeleteTime is null
            ? CatalogueMessages.Of(row, Role.Manager, await ProjectFigures.ReadAsync(db, row.Id, cancellationToken))
            : throw ProjectProblem.Of(
                StatusCode.AlreadyExists,
                "PROJECT_ID_TAKEN",
                "project.id: another project has this id. Make a new UUID for every project.");

    private static async Task RequireFreeNameAsync(
        ProjectsDb db, string tenant, string name, CancellationToken cancellationToken)
    {
        if (await db.Projects.AnyAsync(
            row => row.Tenant == tenant && row.Name == name && row.DeleteTime == null, cancellationToken))
        {
            throw NameTaken(name);
        }
    }

    private static RpcException NameTaken(string name) => ProjectProblem.Of(
        StatusCode.AlreadyExists,
        "PROJECT_NAME_TAKEN",
        $"project.name: another project is called {ProjectProblem.Quoted(name)}. Choose another name.");

    private static void CheckLabels(RepeatedField<string> labels)
    {
        if (labels.Count > MaxFirstLabels)
        {
            throw ProjectProblem.Invalid(
                "labels", $"has {labels.Count} names; at most {MaxFirstLabels} can be given here, more by "
                    + "CreateLabel.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < labels.Count; index++)
        {
            if (!names.Add(CatalogueFields.Name($"labels[{index}]", labels[index])))
            {
                throw ProjectProblem.Invalid(
                    $"labels[{index}]", $"is {ProjectProblem.Quoted(labels[index])}, a second time.");
            }
        }
    }
}
