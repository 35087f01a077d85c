using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images.Containers;

/// <summary>Checks a TIFF's strips or tiles for damage that the library would pass over in silence.</summary>
internal static class TiffChunks
{
    private const int Uncompressed = 1;
    private const int JpegCompression = 7;

    /// <exception cref="ImageException">Strips or tiles are missing or cut off.</exception>
    public static void Check(ReadOnlyMemory<byte> file, TiffDirectory directory, TiffPixels pixels)
    {
        var (offsetTag, countTag, name) = pixels.IsTiled
            ? (TiffTag.TileOffsets, TiffTag.TileByteCounts, "tile")
            : (TiffTag.StripOffsets, TiffTag.StripByteCounts, "strip");
        if (!directory.Entries.TryGetValue(offsetTag, out var offsets)
            || !directory.Entries.TryGetValue(countTag, out var counts)
            || offsets.Count != counts.Count)
        {
            return;
        }

        var walked = 0L;
        for (var index = 0L; index < counts.Count; index++)
        {
            var (offset, count) = (directory.Value(offsets, index), directory.Value(counts, index));
            // Some writers leave out the byte count of uncompressed strips; the library computes it.
            if (count == 0 && (offset == 0 || pixels.Compression != Uncompressed))
            {
                throw new ImageException(
                    ImageError.UnsupportedFormat,
                    $"The file is a TIFF image whose {name} {index} has no data (a sparse file): not supported. "
                        + "Save it with all pixels.");
            }

            if (pixels.Compression == JpegCompression)
            {
                walked += count;
            }

            if (walked > file.Length)
            {
                throw new ImageException(
                    ImageError.Damaged, $"The file is a TIFF image whose {name}s lie over each other. Save it anew.");
            }

            if (!IsWhole(file.Span, pixels, index, offset, count))
            {
                throw new ImageException(
                    ImageError.Damaged,
                    $"The file is a TIFF image of {pixels.Width} x {pixels.Height} pixels, but its {name} {index} is "
                        + $"damaged or cut off ({file.Length} bytes). Send the complete file.");
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> file, TiffPixels pixels, long index, long offset, long count) =>
        pixels.Compression switch
        {
            // If a count is smaller than the pixels need, the library takes it for a mistake and reads on into the next
            // strips.
            Uncompressed => count == 0 || count >= pixels.ChunkBytes(index),
            JpegCompression => offset >= 0 && count > 0 && offset <= file.Length - count
                && JpegView.IsWhole(file.Slice((int)offset, (int)count)),
            _ => true,
        };
}
