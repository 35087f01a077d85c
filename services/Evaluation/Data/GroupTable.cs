namespace Segmentation.Evaluation.Data;

/// <summary>
/// The user's table of groups: a CSV file with a column <c>picture</c>, a column <c>mask</c> where groups are of masks and
/// not of whole pictures, and a column for each way of grouping. Groups are never guessed from a picture.
/// </summary>
public sealed class GroupTable
{
    private const string Picture = "picture";
    private const string Mask = "mask";
    private const int MostColumns = 16;
    private readonly Dictionary<(string Picture, string? Mask), string[]> _rows = [];
    private readonly int[] _places;

    private GroupTable(IReadOnlyList<string> columns, int[] places) => (Columns, _places) = (columns, places);

    /// <summary>Names of the ways of grouping.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads a table.</summary>
    /// <param name="reader">The file's text.</param>
    /// <exception cref="EvaluationDataException">The table is none; says which line.</exception>
    public static GroupTable Read(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var header = CsvLine.Read(reader) ?? throw new EvaluationDataException("The table of groups is empty.");
        var pictureAt = header.IndexOf(Picture);
        var maskAt = header.IndexOf(Mask);
        var places = Enumerable.Range(0, header.Count).Where(i => i != pictureAt && i != maskAt).ToArray();
        if (pictureAt < 0 || places.Length is 0 or > MostColumns)
        {
            throw new EvaluationDataException(
                "The first line of the table of groups names its columns: picture, mask (or not), and 1 to "
                    + $"{MostColumns} more, for example picture,kind.");
        }

        var table = new GroupTable([.. places.Select(i => header[i])], places);
        for (var number = 2; CsvLine.Read(reader) is { } row; number++)
        {
            if (row is [""])
            {
                continue;
            }

            if (row.Count != header.Count)
            {
                throw new EvaluationDataException(
                    $"Row {number} of the table of groups has {row.Count} fields; the first one has {header.Count}.");
            }

            var mask = maskAt >= 0 && row[maskAt].Length > 0 ? row[maskAt] : null;
            if (!table._rows.TryAdd((row[pictureAt], mask), [.. row]))
            {
                throw new EvaluationDataException(
                    $"Row {number} of the table of groups is of a picture or mask that has a row already.");
            }
        }

        return table;
    }

    /// <summary>The group of a mask; null: the table has none for it.</summary>
    /// <param name="column">Number of the way of grouping.</param>
    /// <param name="picture">Name of the picture, with or without folders in the table.</param>
    /// <param name="mask">The mask's id.</param>
    public string? GroupOf(int column, string picture, string mask)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var name = picture[(picture.LastIndexOf('/') + 1)..];
        foreach (var key in new[] { (picture, mask), (name, mask), (picture, null), (name, (string?)null) })
        {
            if (_rows.TryGetValue(key, out var row) && row[_places[column]] is { Length: > 0 } group)
            {
                return group;
            }
        }

        return null;
    }
}
