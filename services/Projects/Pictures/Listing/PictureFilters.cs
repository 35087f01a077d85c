using System.Buffers;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Listing;

/// <summary>Turns filters of pictures into queries.</summary>
internal static class PictureFilters
{
    private const int MostValues = 1000;

    /// <summary>
    /// The pictures of a project that pass a filter and are worked on: deleted and excluded ones are not.
    /// </summary>
    /// <inheritdoc cref="Pictures"/>
    public static IQueryable<PictureRow> UsablePictures(this ProjectsDb db, Guid project, PictureFilter? filter) =>
        db.Pictures(project, filter).Where(row => row.ExcludedReason == "");

    /// <summary>The pictures of a project that pass a filter; deleted ones never do.</summary>
    /// <param name="db">The record.</param>
    /// <param name="project">The project.</param>
    /// <param name="filter">The filter; null: none.</param>
    /// <param name="isWhole">
    /// True where all pictures are gone through, to be counted; false where the first ones are enough.
    /// </param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the filter has a wrong value.</exception>
    public static IQueryable<PictureRow> Pictures(
        this ProjectsDb db, Guid project, PictureFilter? filter, bool isWhole = false)
    {
        var pictures = filter is { Attribute.Length: > 0 } ? WithAttribute(db, filter.Attribute) : db.Pictures;
        pictures = pictures.AsNoTracking().Where(row => row.ProjectId == project && row.DeleteTime == null);
        if (filter is null)
        {
            return pictures;
        }

        if (filter.States.Count + filter.Splits.Count + filter.Labels.Count > MostValues)
        {
            throw ProjectProblem.Invalid(
                "filter", $"names more than {MostValues} states, splits and labels; name fewer, or none for all");
        }

        if (filter.States.Count > 0)
        {
            var states = filter.States.ToArray();
            pictures = pictures.Where(row => states.Contains(row.State));
        }

        if (filter.Splits.Count > 0)
        {
            var splits = filter.Splits.ToArray();
            pictures = pictures.Where(row => splits.Contains(row.Split));
        }

        if (filter.Labels.Count > 0)
        {
            pictures = WithLabels(db, pictures, project, [.. filter.Labels.Distinct()], isWhole);
        }

        if (filter.Name.Length > 0)
        {
            var text = filter.Name.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Runs in the database, which has its own rules of letters.
            pictures = pictures.Where(row => row.Name.ToLower().Contains(text));
#pragma warning restore CA1304, CA1311, CA1862
        }

        if (filter.Job != 0)
        {
            pictures = pictures.Where(row => db.JobPictures.Any(
                one => one.JobId == filter.Job && one.PictureId == row.Id));
        }

        return WithCounts(pictures, filter);
    }

    private static IQueryable<PictureRow> WithLabels(
        ProjectsDb db, IQueryable<PictureRow> pictures, Guid project, int[] labels, bool isWhole)
    {
        if (isWhole && labels is [var only])
        {
            // The label's pictures are listed once, and not asked for picture by picture: a third of the time.
            return pictures.Where(row => db.PictureLabels
                .Where(label => label.ProjectId == project && label.LabelId == only && label.Count > 0)
                .Select(label => label.PictureId)
                .Contains(row.Id));
        }

        return pictures.Where(row => db.PictureLabels.Any(label =>
            label.ProjectId == project
                && labels.Contains(label.LabelId)
                && label.PictureId == row.Id
                && label.Count > 0));
    }

    private static IQueryable<PictureRow> WithCounts(IQueryable<PictureRow> pictures, PictureFilter filter)
    {
        if (filter.HasExcluded)
        {
            pictures = filter.Excluded
                ? pictures.Where(row => row.ExcludedReason != "")
                : pictures.Where(row => row.ExcludedReason == "");
        }

        if (filter.HasHasProposals)
        {
            pictures = filter.HasProposals
                ? pictures.Where(row => row.ProposalCount > 0)
                : pictures.Where(row => row.ProposalCount == 0);
        }

        if (filter.HasHasUnsatisfactory)
        {
            pictures = filter.HasUnsatisfactory
                ? pictures.Where(row => row.UnsatisfactoryCount > 0)
                : pictures.Where(row => row.UnsatisfactoryCount == 0);
        }

        if (filter.HasHasIssues)
        {
            pictures = filter.HasIssues
                ? pictures.Where(row => row.OpenIssueCount > 0)
                : pictures.Where(row => row.OpenIssueCount == 0);
        }

        if (filter.HasHasAnnotations)
        {
            pictures = filter.HasAnnotations
                ? pictures.Where(row => row.AnnotationCount > 0)
                : pictures.Where(row => row.AnnotationCount == 0);
        }

        return pictures;
    }

    /// <summary>
    /// Pictures with an attribute. The value is compared as JSON and as text, so that <c>depth=1.5</c> finds the number
    /// and <c>place=lab</c> the text.
    /// </summary>
    private static IQueryable<PictureRow> WithAttribute(ProjectsDb db, string attribute)
    {
        var at = attribute.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0)
        {
            throw ProjectProblem.Invalid(
                "filter.attribute", $"is {ProjectProblem.Quoted(attribute)}; it must be name=value, for example "
                    + "place=lab");
        }

        var (name, value) = (attribute[..at], attribute[(at + 1)..]);
        var text = Json(value, asText: true);
        var other = Json(value, asText: false);
        return db.Database.IsSqlite()
            ? db.Pictures.FromSql(
                $"""
                SELECT * FROM "Pictures"
                WHERE NULLIF("AttributesJson", '') -> {name} IN ({text}, {other})
                """)
            : db.Pictures.FromSql(
                $"""
                SELECT * FROM "Pictures"
                WHERE NULLIF("AttributesJson", '')::jsonb -> {name} IN ({text}::jsonb, {other}::jsonb)
                """);
    }

    /// <summary>
    /// A value as attributes are stored: as a text, or as the number or word that the text is in JSON.
    /// </summary>
    private static string Json(string value, bool asText)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            if (!asText && double.TryParse(
                value,
                System.Globalization.NumberStyles.Float,
                System.Globalization.CultureInfo.InvariantCulture,
                out var number) && double.IsFinite(number))
            {
                json.WriteNumberValue(number);
            }
            else if (!asText && value is "true" or "false")
            {
                json.WriteBooleanValue(value == "true");
            }
            else
            {
                json.WriteStringValue(value);
            }
        }

        return System.Text.Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
