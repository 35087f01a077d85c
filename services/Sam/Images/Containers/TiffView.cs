using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// Gives the library a TIFF with one directory: the tags of the file's first directory that pixels depend on.
/// The pixels themselves stay where they are.
/// </summary>
internal static class TiffView
{
    private const int YCbCr = 6;

    // Samples that are read in the time of one pixel of a photograph.
    private const int SamplesOfPixel = 4;

    /// <summary>Makes the view, or one for each plane where channels are stored one after the other.</summary>
    /// <exception cref="ImageException">The pixels are of a kind that is not read, or not all there.</exception>
    public static EncodedView Of(ReadOnlyMemory<byte> file)
    {
        var directory = TiffDirectory.TryRead(file);
        if (directory is null)
        {
            return new EncodedView(new FileView());
        }

        var pixels = new TiffPixels(directory);
        var samples = TiffRules.Check(pixels);
        TiffChunks.Check(file, directory, pixels);
        var planes = new List<FileView>();
        for (var plane = 0; plane < (pixels.IsSeparate ? samples.Colours + samples.Alpha + 1 : 1); plane++)
        {
            planes.Add(Plane(file, directory, pixels, samples, plane));
        }

        // Rows that the library holds: two rows of tiles, or a strip that it cannot read by rows.
        var rows = pixels.IsTiled ? pixels.TileLength : pixels.Photometric == YCbCr ? pixels.RowsPerStrip : 0;
        var area = pixels.IsTiled
            ? RoundUp(pixels.Width, pixels.TileWidth) * RoundUp(pixels.Height, pixels.TileLength)
            : pixels.Width * pixels.Height;
        return new EncodedView(planes[0])
        {
            FurtherPlanes = planes[1..],
            Samples = samples,
            // The library reports errors in tiles only with this setting; a generated directory causes no other
            // warnings.
            WarningsAreErrors = pixels.IsTiled,
            IsReadWhole = 2 * rows >= pixels.Height,
            HeldRows = 2 * rows,
            DecodedPixels = RoundUp(pixels.Samples, SamplesOfPixel) / SamplesOfPixel * area,
        };
    }

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;

    private static FileView Plane(
        ReadOnlyMemory<byte> file, TiffDirectory directory, TiffPixels pixels, SampleLayout samples, int plane)
    {
        var writer = new TiffDirectoryWriter(file, directory);
        foreach (var entry in directory.Entries.Values)
        {
            var isNeeded = entry.Tag switch
            {
                TiffTag.StripOffsets or TiffTag.StripByteCounts or TiffTag.RowsPerStrip => !pixels.IsTiled,
                TiffTag.TileOffsets or TiffTag.TileByteCounts => pixels.IsTiled,
                TiffTag.TileWidth or TiffTag.TileLength => pixels.IsTiled,
                TiffTag.IccProfile => samples.Colours == 4,
                TiffTag.BitsPerSample or TiffTag.SampleFormat or TiffTag.ExtraSamples => false,
                TiffTag.PlanarConfiguration or TiffTag.SamplesPerPixel or TiffTag.Photometric => false,
                TiffTag.InkSet => !pixels.IsSeparate,
                _ => true,
            };
            if (!isNeeded)
            {
                continue;
            }

            var isPerPlane = entry.Tag is TiffTag.StripOffsets or TiffTag.StripByteCounts
                or TiffTag.TileOffsets or TiffTag.TileByteCounts;
            if (isPerPlane && pixels.IsSeparate)
            {
                writer.CopyPart(entry, plane * (entry.Count / pixels.Samples), entry.Count / pixels.Samples);
            }
            else
            {
                writer.Copy(entry);
            }
        }

        writer.Add(TiffTag.BitsPerSample, (ushort)pixels.Bits.FirstOrDefault(1));
        writer.Add(TiffTag.SampleFormat, 1);
        writer.Add(TiffTag.PlanarConfiguration, 1);
        writer.Add(TiffTag.SamplesPerPixel, pixels.IsSeparate ? (ushort)1 : (ushort)pixels.Samples);
        writer.Add(TiffTag.Photometric, Photometric(pixels, samples, plane));
        if (!pixels.IsSeparate && samples.Extras > 0)
        {
            writer.Add(TiffTag.ExtraSamples, ExtraTypes(samples));
        }

        return writer.ToView();
    }

    /// <summary>The colour kind that the library is told: planes are grey, and three bands of grey are RGB.</summary>
    private static ushort Photometric(TiffPixels pixels, SampleLayout samples, int plane) =>
        pixels.IsSeparate && (pixels.Photometric != 0 || plane > 0) ? (ushort)1
            : pixels.Photometric == 1 && samples.Colours == 3 ? (ushort)2
            : (ushort)pixels.Photometric;

    private static ushort[] ExtraTypes(SampleLayout samples)
    {
        var types = new ushort[samples.Extras];
        if (samples.Alpha >= 0)
        {
            types[samples.Alpha] = samples.IsPremultiplied ? (ushort)1 : (ushort)2;
        }

        return types;
    }
}
