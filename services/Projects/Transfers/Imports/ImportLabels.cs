using System.Buffers;
using Microsoft.EntityFrameworkCore;
using Segmentation.Formats;
using Segmentation.Projects.Catalogue;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Imports;

/// <summary>Finds labels by their names, and creates those that a project lacks.</summary>
internal sealed class ImportLabels(IProjectsDbFactory databases)
{
    private const int MaxName = 200;
    private const int MaxLabels = 10_000;
    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Creates the labels of a dataset that the project lacks.</summary>
    /// <returns>Ids of labels by name, which <see cref="FindAsync"/> adds to.</returns>
    public async Task<Dictionary<string, int>> OpenAsync(
        Guid project, IReadOnlyList<DatasetLabel> labels, CancellationToken cancellationToken)
    {
        var rows = await databases.ReadAsync(
            (db, token) => db.Labels.Where(row => row.ProjectId == project && row.DeleteTime == null).ToListAsync(token),
            cancellationToken);
        var names = rows.ToDictionary(row => row.Name, row => row.Id, StringComparer.Ordinal);
        foreach (var label in labels)
        {
            await FindAsync(project, label, names, cancellationToken);
        }

        return names;
    }

    /// <summary>Id of a label, which is created where the project lacks it; 0: the name cannot be that of a label.</summary>
    public async Task<int> FindAsync(
        Guid project, DatasetLabel label, Dictionary<string, int> names, CancellationToken cancellationToken)
    {
        var name = label.Name.Trim();
        if (names.TryGetValue(name, out var known))
        {
            return known;
        }

        if (name.Length is 0 or > MaxName || name.Any(char.IsControl) || names.Count >= MaxLabels)
        {
            return 0;
        }

        return names[name] = await databases.WriteAsync(
            (db, token) => CreateAsync(db, project, label with { Name = name }, token), cancellationToken, repeatable: true);
    }

    private static async Task<int> CreateAsync(
        ProjectsDb db, Guid project, DatasetLabel label, CancellationToken cancellationToken)
    {
        await db.LockProjectAsync(project, cancellationToken);
        var rows = db.Labels.Where(row => row.ProjectId == project);
        if (await rows.FirstOrDefaultAsync(row => row.Name == label.Name && row.DeleteTime == null, cancellationToken) is
            { } there)
        {
            return there.Id;
        }

        var last = await rows.MaxAsync(row => (int?)row.Id, cancellationToken) ?? 0;
        var place = await rows.MaxAsync(row => (int?)row.Place, cancellationToken) ?? 0;
        var created = LabelBook.New(project, last + 1, label.Name);
        created.Place = place + 1;
        created.Kind = label.IsStuff ? LabelKind.Stuff : LabelKind.Any;
        created.Color = IsColor(label.Color) ? label.Color! : created.Color;
        db.Labels.Add(created);
        return created.Id;
    }

    private static bool IsColor(string? text) =>
        text is { Length: 7 } && text[0] == '#' && text.AsSpan(1).IndexOfAnyExcept(_hexDigits) < 0;
}
