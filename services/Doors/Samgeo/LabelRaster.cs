using System.Numerics;
using System.Runtime.InteropServices;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Geography;
using Segmentation.Masks.Png;

namespace Segmentation.Doors.Samgeo;

/// <summary>Writes masks as a picture of their values: 0 outside, 8 bits a pixel up to the value 255, else 16.</summary>
/// <param name="found">The masks.</param>
/// <param name="call">The request; the picture's bytes are charged to its caller.</param>
internal sealed class LabelRaster(FoundLabels found, DoorCall call)
{
    private const int MostValues = ushort.MaxValue;

    /// <summary>The picture as PNG.</summary>
    public byte[] ToPng() => IsNarrow
        ? LabelMapPng.Grey(found.Width, found.Height, Fill<byte>())
        : LabelMapPng.Grey16(found.Width, found.Height, Fill<ushort>());

    /// <summary>The picture as GeoTIFF, which lies where the request's picture does.</summary>
    public byte[] ToGeoTiff(Georeference? georeference)
    {
        var samples = IsNarrow ? Fill<byte>() : MemoryMarshal.AsBytes<ushort>(Fill<ushort>());
        return GeoTiffFile.Write(
            found.Width, found.Height, IsNarrow ? 1 : sizeof(ushort), samples, georeference?.Tags, call.Aborted);
    }

    private bool IsNarrow => MostValue <= byte.MaxValue;

    private int MostValue => found.Masks.Count == 0 ? 0 : found.Masks[^1].Value;

    private T[] Fill<T>()
        where T : unmanaged, INumberBase<T>
    {
        if (MostValue > MostValues)
        {
            throw DoorProblem.Invalid(
                "output_format", $"{MostValue} masks: a picture tells {MostValues} apart. Ask for fewer, or for geojson.");
        }

        var pixels = (long)found.Width * found.Height;
        call.Model.ChargeAnswer(pixels * Marshal.SizeOf<T>());
        var raster = new T[pixels];
        foreach (var mask in found.Masks)
        {
            call.Aborted.ThrowIfCancellationRequested();
            var counts = mask.Runs.AsSpan();
            var value = T.CreateChecked(mask.Value);
            long at = 0;
            for (var i = 0; i + 1 < counts.Length; i += 2)
            {
                // Runs go down the columns.
                at += counts[i];
                var (x, y) = Math.DivRem(at, found.Height);
                at += counts[i + 1];
                for (var left = counts[i + 1]; left > 0; left--)
                {
                    raster[(y * found.Width) + x] = value;
                    (x, y) = y + 1 < found.Height ? (x, y + 1) : (x + 1, 0);
                }
            }
        }

        return raster;
    }
}
