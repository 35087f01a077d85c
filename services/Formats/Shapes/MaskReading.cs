using Segmentation.Formats.Items;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;

namespace Segmentation.Formats.Shapes;

/// <summary>Makes masks of what formats hold; each fault is one of the item.</summary>
internal static class MaskReading
{
    /// <summary>Reads COCO's compressed string.</summary>
    /// <exception cref="BadItemException">The string is damaged, or of another size.</exception>
    public static RunLengths OfString(int height, int width, string counts, string field)
    {
        try
        {
            return RunLengths.FromCocoString(height, width, counts);
        }
        catch (RunLengthsFormatException exception)
        {
            throw new BadItemException(field, exception.Message + ".");
        }
    }

    /// <summary>Reads run lengths, zeros first.</summary>
    /// <exception cref="BadItemException">They sum to something else.</exception>
    public static RunLengths OfCounts(int height, int width, ReadOnlySpan<uint> counts, string field)
    {
        try
        {
            return new(height, width, counts);
        }
        catch (ArgumentException)
        {
            throw new BadItemException(
                field, $"The run lengths do not sum to the {(long)height * width} pixels of {width} x {height}.");
        }
    }

    /// <summary>Fills a ring by COCO's rule.</summary>
    /// <param name="height">Height of the picture.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="ring">x and y by turns.</param>
    /// <param name="field">Field of the ring.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadItemException">The ring is none.</exception>
    public static RunLengths OfRing(
        int height, int width, ReadOnlySpan<double> ring, string field, CancellationToken cancellationToken)
    {
        try
        {
            return PolygonFill.Fill(height, width, ring, new(null, cancellationToken));
        }
        catch (ArgumentException exception)
        {
            throw new BadItemException(field, exception.Message.Split(" (Parameter", 2)[0]);
        }
    }

    /// <summary>Fills an outer ring without the holes in it.</summary>
    /// <exception cref="BadItemException">A ring is none.</exception>
    public static RunLengths OfPolygon(
        int height,
        int width,
        IReadOnlyList<double[]> rings,
        string field,
        CancellationToken cancellationToken)
    {
        if (rings.Count == 0)
        {
            throw new BadItemException(field, "A polygon has no ring.");
        }

        var outer = OfRing(height, width, rings[0], field, cancellationToken);
        if (rings.Count == 1)
        {
            return outer;
        }

        var holes = rings.Skip(1).Select(ring => OfRing(height, width, ring, field, cancellationToken)).ToArray();
        return RunLengthSets.Difference(outer, RunLengthSets.Union(holes));
    }

    /// <summary>Refuses a mask without pixels, which is none.</summary>
    /// <exception cref="BadItemException">The mask is empty.</exception>
    public static RunLengths NotEmpty(RunLengths mask, string field) => mask.Area > 0
        ? mask
        : throw new BadItemException(field, "The mask has no pixel within the picture.");
}
