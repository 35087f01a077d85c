using System.Runtime.InteropServices;
using Segmentation.Masks;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Shapes;

/// <summary>Splits a map of numbers into one mask a number.</summary>
internal static class LabelMapMasks
{
    private const int ColumnsBetweenChecks = 64;

    /// <summary>Returns the mask of each number that occurs, the number 0 and those left out not among them.</summary>
    /// <param name="map">The map.</param>
    /// <param name="leaveOut">Tells numbers that are no mask, for example void.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static SortedDictionary<uint, RunLengths> Split(
        PngPixels map, Func<uint, bool> leaveOut, CancellationToken cancellationToken)
    {
        var edges = new Dictionary<uint, List<uint>>();
        uint current = 0;
        uint position = 0;
        for (var x = 0; x < map.Width; x++)
        {
            if (x % ColumnsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            for (var y = 0; y < map.Height; y++, position++)
            {
                var number = map[x, y];
                if (number != current)
                {
                    Add(edges, current, position);
                    Add(edges, number, position);
                    current = number;
                }
            }
        }

        Add(edges, current, position);
        return Masks(edges, map, leaveOut);
    }

    private static SortedDictionary<uint, RunLengths> Masks(
        Dictionary<uint, List<uint>> edges, PngPixels map, Func<uint, bool> leaveOut)
    {
        var masks = new SortedDictionary<uint, RunLengths>();
        var end = (uint)map.Width * (uint)map.Height;
        foreach (var (number, places) in edges)
        {
            if (number == 0 || leaveOut(number))
            {
                continue;
            }

            places.Add(end);
            uint previous = 0;
            foreach (ref var place in CollectionsMarshal.AsSpan(places))
            {
                (place, previous) = (place - previous, place);
            }

            masks.Add(number, new(map.Height, map.Width, CollectionsMarshal.AsSpan(places)));
        }

        return masks;
    }

    private static void Add(Dictionary<uint, List<uint>> edges, uint number, uint position)
    {
        if (number == 0)
        {
            return;
        }

        ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(edges, number, out _);
        (places ??= []).Add(position);
    }
}
