namespace Segmentation.Doors.Geography;

/// <summary>Places on the map of a GeoTIFF's pixels.</summary>
/// <param name="Width">Columns of the picture.</param>
/// <param name="Height">Rows of the picture.</param>
/// <param name="Map">From pixels to coordinates.</param>
/// <param name="Epsg">
/// Code of the coordinate reference system; null where the file describes it otherwise, or not at all.
/// </param>
/// <param name="Tags">The tags that say so, as they are in the file.</param>
internal sealed record Georeference(long Width, long Height, AffineMap Map, int? Epsg, GeoTags Tags)
{
    private const int MostKeys = 4096;
    private const int MostText = 1 << 16;
    private const int MatrixSize = 16;
    private const int TiepointSize = 6;
    private const int MostTiepoints = 4096;
    private const int ModelTypeKey = 1024;
    private const int RasterTypeKey = 1025;
    private const int GeographicKey = 2048;
    private const int ProjectedKey = 3072;
    private const int Projected = 1;
    private const int Geographic = 2;
    private const int PixelIsPoint = 2;
    private const int UserDefined = 32767;

    /// <summary>Reads a file's georeference.</summary>
    /// <returns>Null: no TIFF, or one without an affine map.</returns>
    /// <exception cref="FormatException">The tags are damaged, or the picture is stored turned; says which.</exception>
    public static Georeference? Read(ReadOnlyMemory<byte> file)
    {
        if (GeoTiffDirectory.TryRead(file) is not { } directory)
        {
            return null;
        }

        var tags = new GeoTags(
            directory.Doubles(GeoTag.ModelPixelScale, most: 3),
            directory.Doubles(GeoTag.ModelTiepoint, TiepointSize * MostTiepoints),
            directory.Doubles(GeoTag.ModelTransformation, MatrixSize),
            directory.Shorts(GeoTag.GeoKeyDirectory, MostKeys),
            directory.Doubles(GeoTag.GeoDoubleParams, MostKeys),
            directory.Text(GeoTag.GeoAsciiParams, MostText));
        if (MapOf(tags) is not { } map)
        {
            return null;
        }

        var keys = KeysOf(tags.Keys);
        if (keys.GetValueOrDefault(RasterTypeKey) == PixelIsPoint)
        {
            // Coordinates are those of pixels' centres.
            map = map.Moved(-0.5, -0.5);
        }

        if (!map.IsInvertible)
        {
            throw new FormatException("the size of a pixel is no number, or 0");
        }

        if (directory.Whole(GeoTag.Orientation) is > 1 and <= 8 and var orientation)
        {
            throw new FormatException(
                $"Orientation is {orientation}, and pictures that say where they lie are read upright only: store it as 1");
        }

        return new(
            directory.Whole(GeoTag.ImageWidth) ?? 0, directory.Whole(GeoTag.ImageLength) ?? 0, map, EpsgOf(keys), tags);
    }

    /// <summary>True where a place lies in the picture.</summary>
    public bool Contains(double column, double row) => column >= 0 && row >= 0 && column < Width && row < Height;

    private static AffineMap? MapOf(GeoTags tags)
    {
        if (tags is { Scale: [not 0, not 0, ..] scale, Tiepoints: { Length: >= TiepointSize } tie })
        {
            return new AffineMap(tie[3], scale[0], 0, tie[4], 0, -Math.Abs(scale[1])).Moved(-tie[0], -tie[1]);
        }

        return tags.Transformation is { Length: MatrixSize } matrix
            ? new AffineMap(matrix[3], matrix[0], matrix[1], matrix[7], matrix[4], matrix[5])
            : null;
    }

    /// <summary>The keys whose values are numbers of their own.</summary>
    private static Dictionary<int, int> KeysOf(ushort[] directory)
    {
        const int EntrySize = 4;
        Dictionary<int, int> keys = [];
        if (directory.Length == 0)
        {
            return keys;
        }

        if (directory.Length < EntrySize || directory[0] != 1 || directory.Length < EntrySize * (directory[3] + 1))
        {
            throw new FormatException("GeoKeyDirectory is cut off, or of an unknown version");
        }

        for (var at = EntrySize; at < EntrySize * (directory[3] + 1); at += EntrySize)
        {
            if (directory[at + 1] == 0)
            {
                keys.TryAdd(directory[at], directory[at + 3]);
            }
        }

        return keys;
    }

    private static int? EpsgOf(Dictionary<int, int> keys)
    {
        var key = keys.GetValueOrDefault(ModelTypeKey, keys.ContainsKey(ProjectedKey) ? Projected : Geographic) switch
        {
            Projected => ProjectedKey,
            Geographic => GeographicKey,
            _ => 0,
        };
        return keys.TryGetValue(key, out var code) && code is >= 1024 and < UserDefined ? code : null;
    }
}

/// <summary>The tags of a GeoTIFF as they are in its file; those that are absent are empty.</summary>
/// <param name="Scale">ModelPixelScale.</param>
/// <param name="Tiepoints">ModelTiepoint.</param>
/// <param name="Transformation">ModelTransformation.</param>
/// <param name="Keys">GeoKeyDirectory.</param>
/// <param name="Numbers">GeoDoubleParams.</param>
/// <param name="Text">GeoAsciiParams, with its final 0.</param>
internal sealed record GeoTags(
    double[] Scale, double[] Tiepoints, double[] Transformation, ushort[] Keys, double[] Numbers, byte[] Text);
