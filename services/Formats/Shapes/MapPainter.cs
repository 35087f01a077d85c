using Segmentation.Masks;

namespace Segmentation.Formats.Shapes;

/// <summary>Paints masks as numbers onto a map, each over those before, and counts what is covered.</summary>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
internal sealed class MapPainter(int width, int height)
{
    private readonly ushort[] _map = new ushort[width * height];

    /// <summary>Numbers row by row; 0 where nothing lies.</summary>
    public ReadOnlyMemory<ushort> Map => _map;

    /// <summary>Pixels that were painted over.</summary>
    public long Covered { get; private set; }

    /// <summary>
    /// Returns masks in the order in which they are painted: by their place in the stack, then small ones on large ones.
    /// </summary>
    public static IEnumerable<DatasetMask> Ordered(IReadOnlyList<DatasetMask> masks) =>
        masks.OrderBy(mask => mask.Z).ThenByDescending(mask => mask.Mask.Area);

    /// <summary>Paints a mask.</summary>
    /// <param name="mask">The mask, of the map's size.</param>
    /// <param name="number">Its number.</param>
    public void Paint(RunLengths mask, ushort number) => MaskSpans.Visit(mask, (x, top, bottom) =>
    {
        for (var y = top; y < bottom; y++)
        {
            ref var pixel = ref _map[y * width + x];
            Covered += pixel != 0 && pixel != number ? 1 : 0;
            pixel = number;
        }
    });

    /// <summary>Reports pixels that were painted over, where there are some.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="report">Takes the report.</param>
    public void ReportCovered(DatasetPicture picture, Action<DatasetProblem> report)
    {
        if (Covered > 0)
        {
            report(new(
                picture.Name,
                "masks",
                $"Masks overlap: {Covered} pixels show the upper mask only. Choose a format with run lengths, for example "
                + "coco, to keep them."));
        }
    }

    /// <summary>Returns the map in bytes; all numbers are below 256.</summary>
    public byte[] ToBytes() => Array.ConvertAll(_map, number => (byte)number);
}
