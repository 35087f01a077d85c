using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Catalogue;

/// <summary>Creates and changes labels. A label is never removed: annotations that have it keep it.</summary>
internal sealed class LabelBook(IProjectsDbFactory databases, TimeProvider clock)
{
    private const int MaxLabels = 10_000;

    private static readonly string[] _changeable =
        ["name", "color", "hotkey", "kind", "place", "attributes_json", "delete_time"];

    // Told apart by most people, also on photographs; a project with more labels begins again.
    private static readonly string[] _palette =
    [
        "#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#42d4f4", "#f032e6", "#bfef45", "#469990", "#9a6324",
        "#800000", "#808000", "#000075", "#ffe119", "#fabed4", "#dcbeff",
    ];

    /// <summary>A new label with the colour of its number.</summary>
    public static LabelRow New(Guid project, int id, string name) => new()
    {
        ProjectId = project,
        Id = id,
        Name = name,
        Color = _palette[(id - 1) % _palette.Length],
        Hotkey = "",
        Kind = LabelKind.Any,
        Place = id,
        AttributesJson = "",
        Revision = 1,
    };

    /// <summary>
    /// Adds a label. Pictures that were done have to be looked at again: nobody looked for the new kind on them.
    /// </summary>
    public Task<Label> CreateAsync(ProjectGrant grant, Label given, CancellationToken cancellationToken)
    {
        CatalogueFields.Name("label.name", given.Name);
        return databases.WriteAsync(
            async (db, token) =>
            {
                await LockAsync(db, grant, token);
                var count = await db.Labels.CountAsync(row => row.ProjectId == grant.ProjectId, token);
                if (count >= MaxLabels)
                {
                    throw ProjectProblem.Of(
                        StatusCode.FailedPrecondition,
                        "TOO_MANY_LABELS",
                        $"The project has {count} labels, deleted ones included, which is the most that a project may "
                            + "have.");
                }

                await RequireFreeNameAsync(db, grant.ProjectId, given.Name, token);
                var last = await db.Labels.Where(row => row.ProjectId == grant.ProjectId)
                    .MaxAsync(row => (int?)row.Id, token) ?? 0;
                var row = New(grant.ProjectId, last + 1, given.Name);
                row.Color = given.Color.Length == 0 ? row.Color : CatalogueFields.Color("label.color", given.Color);
                row.Hotkey = CatalogueFields.Hotkey("label.hotkey", given.Hotkey);
                row.Kind = CatalogueFields.Kind("label.kind", given.Kind);
                row.AttributesJson = CatalogueFields.Attributes("label.attributes_json", given.AttributesJson);
                row.Place = given.Place == 0 ? await NextPlaceAsync(db, grant.ProjectId, token) : given.Place;
                db.Labels.Add(row);
                await RevisitAsync(db, grant.ProjectId, token);
                return CatalogueMessages.Of(row);
            },
            cancellationToken);
    }

    /// <summary>Changes a label, or restores it.</summary>
    public Task<Label> UpdateAsync(
        ProjectGrant grant, UpdateLabelRequest request, CancellationToken cancellationToken)
    {
        var given = request.Label ?? throw ProjectProblem.Invalid("label", "is missing.");
        var mask = UpdateMask.Of<Label>(
            request.UpdateMask, _changeable, _changeable.Where(field => IsSet(given, field)));
        return ChangeAsync(
            grant,
            given.Id,
            async (db, row, token) =>
            {
                if (given.Revision != 0 && given.Revision != row.Revision)
                {
                    throw ProjectProblem.Conflict(
                        CatalogueMessages.Of(row),
                        $"The change was made on revision {given.Revision} of the label, which has revision "
                        + $"{row.Revision} now. Look at the label in the details, and change that.");
                }

                await ApplyAsync(db, row, given, mask, token);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Takes a label out of the choice; nothing happens if it is out already.</summary>
    public Task<Label> DeleteAsync(ProjectGrant grant, int label, CancellationToken cancellationToken) => ChangeAsync(
        grant,
        label,
        (_, row, _) =>
        {
            var isNews = row.DeleteTime is null;
            row.DeleteTime ??= clock.Now();
            return Task.FromResult(isNews);
        },
        cancellationToken);

    private static bool IsSet(Label label, string field) => field switch
    {
        "name" => label.Name.Length > 0,
        "color" => label.Color.Length > 0,
        "hotkey" => label.Hotkey.Length > 0,
        "kind" => label.Kind != LabelKind.Unspecified,
        "place" => label.Place != 0,
        "attributes_json" => label.AttributesJson.Length > 0,
        _ => false,
    };

    private async Task ApplyAsync(
        ProjectsDb db, LabelRow row, Label given, UpdateMask mask, CancellationToken cancellationToken)
    {
        var (name, isDeleted) = (row.Name, row.DeleteTime is not null);
        row.Name = mask.Has("name") ? CatalogueFields.Name("label.name", given.Name) : row.Name;
        row.Color = mask.Has("color") ? CatalogueFields.Color("label.color", given.Color) : row.Color;
        row.Hotkey = mask.Has("hotkey") ? CatalogueFields.Hotkey("label.hotkey", given.Hotkey) : row.Hotkey;
        row.Kind = mask.Has("kind") ? CatalogueFields.Kind("label.kind", given.Kind) : row.Kind;
        row.Place = mask.Has("place") ? given.Place : row.Place;
        row.AttributesJson = mask.Has("attributes_json")
            ? CatalogueFields.Attributes("label.attributes_json", given.AttributesJson)
            : row.AttributesJson;
        if (mask.Has("delete_time"))
        {
            row.DeleteTime = given.DeleteTime is null ? null : row.DeleteTime ?? clock.Now();
        }

        if (row.DeleteTime is null && (isDeleted || row.Name != name))
        {
            await RequireFreeNameAsync(db, row.ProjectId, row.Name, cancellationToken);
        }
    }

    private async Task<Label> ChangeAsync(
        ProjectGrant grant,
        int label,
        Func<ProjectsDb, LabelRow, CancellationToken, Task<bool>> change,
        CancellationToken cancellationToken) =>
        await databases.WriteAsync(
            async (db, token) =>
            {
                await LockAsync(db, grant, token);
                var row = await db.Labels.AsTracking().FirstOrDefaultAsync(
                        row => row.ProjectId == grant.ProjectId && row.Id == label, token)
                    ?? throw ProjectProblem.NotFound(nameof(Label), $"{label}");
                if (await change(db, row, token))
                {
                    row.Revision++;
                }

                return CatalogueMessages.Of(row);
            },
            cancellationToken);

    private static async Task LockAsync(ProjectsDb db, ProjectGrant grant, CancellationToken cancellationToken) =>
        _ = await db.LockProjectAsync(grant.ProjectId, cancellationToken)
            ?? throw ProjectProblem.NoProject(grant.ProjectId.ToString("D"));

    private static async Task<int> NextPlaceAsync(ProjectsDb db, Guid project, CancellationToken cancellationToken) =>
        1 + (await db.Labels.Where(row => row.ProjectId == project)
            .MaxAsync(row => (int?)row.Place, cancellationToken) ?? 0);

    private async Task RevisitAsync(ProjectsDb db, Guid project, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await db.Pictures
            .Where(row => row.ProjectId == project && row.DeleteTime == null)
            .Where(row => row.State == PictureState.Done || row.State == PictureState.Accepted)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.State, PictureState.ToRevisit)
                    .SetProperty(row => row.UpdateTime, now),
                cancellationToken);
    }

    private static async Task RequireFreeNameAsync(
        ProjectsDb db, Guid project, string name, CancellationToken cancellationToken)
    {
        var other = await db.Labels.AsNoTracking().FirstOrDefaultAsync(
            row => row.ProjectId == project && row.Name == name && row.DeleteTime == null, cancellationToken);
        if (other is not null)
        {
            throw ProjectProblem.Of(
                StatusCode.AlreadyExists,
                "LABEL_NAME_TAKEN",
                $"label.name: label {other.Id} of the project is called {ProjectProblem.Quoted(name)} already.",
                CatalogueMessages.Of(other));
        }
    }
}
