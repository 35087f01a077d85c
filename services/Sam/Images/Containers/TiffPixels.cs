namespace Segmentation.Sam.Images.Containers;

/// <summary>The storage of the pixels of a TIFF's first directory, as its tags have it.</summary>
internal sealed class TiffPixels
{
    /// <summary>Samples of a pixel that are read at most; those of satellites have up to 30.</summary>
    public const int MostSamples = 64;

    public TiffPixels(TiffDirectory directory)
    {
        Width = directory.Value(TiffTag.ImageWidth, 0);
        Height = directory.Value(TiffTag.ImageLength, 0);
        Samples = directory.Value(TiffTag.SamplesPerPixel, 1);
        Compression = directory.Value(TiffTag.Compression, 1);
        Photometric = directory.Value(TiffTag.Photometric, -1);
        InkSet = directory.Value(TiffTag.InkSet, 1);
        IsTiled = directory.Entries.ContainsKey(TiffTag.TileWidth);
        TileWidth = directory.Value(TiffTag.TileWidth, 0);
        TileLength = directory.Value(TiffTag.TileLength, 0);
        RowsPerStrip = Math.Min(Height, directory.Value(TiffTag.RowsPerStrip, long.MaxValue));
        // With one sample both configurations are the same.
        IsSeparate = Samples > 1 && directory.Value(TiffTag.PlanarConfiguration, 1) == 2;
        Bits = directory.Values(TiffTag.BitsPerSample, MostSamples);
        Formats = directory.Values(TiffTag.SampleFormat, MostSamples);
        ExtraTypes = directory.Values(TiffTag.ExtraSamples, MostSamples);
        SubSampling = directory.Values(TiffTag.YCbCrSubSampling, 2);
    }

    public long Width { get; }

    public long Height { get; }

    /// <summary>Samples of a pixel.</summary>
    public long Samples { get; }

    public long Compression { get; }

    /// <summary>The meaning of the samples (PhotometricInterpretation); -1 where the file does not say.</summary>
    public long Photometric { get; }

    public long InkSet { get; }

    public bool IsTiled { get; }

    public long TileWidth { get; }

    public long TileLength { get; }

    public long RowsPerStrip { get; }

    /// <summary>True when each sample is a plane of its own.</summary>
    public bool IsSeparate { get; }

    /// <summary>Bits of each sample; one value may stand for all, none means 1.</summary>
    public long[] Bits { get; }

    /// <summary>
    /// Kind of number of each sample: 1 unsigned, 2 signed, 3 floating-point, 4 unknown, 5 and 6 complex.
    /// </summary>
    public long[] Formats { get; }

    /// <summary>
    /// Kind of each sample behind the colours: 1 premultiplied alpha, 2 alpha, 0 and others none of them.
    /// </summary>
    public long[] ExtraTypes { get; }

    /// <summary>Horizontal and vertical subsampling of the colours of YCbCr; empty means 2 and 2.</summary>
    public long[] SubSampling { get; }

    /// <summary>
    /// Bytes of a strip or tile that is not compressed; 0 where subsampled colours make that another number.
    /// </summary>
    /// <param name="index">Number of the strip or tile.</param>
    public long ChunkBytes(long index)
    {
        if (Photometric == 6)
        {
            return 0;
        }

        var samples = IsSeparate ? 1 : Samples;
        var bits = Bits.FirstOrDefault(1);
        if (IsTiled)
        {
            return (TileWidth * samples * bits + 7) / 8 * TileLength;
        }

        var strips = (Height + RowsPerStrip - 1) / Math.Max(1, RowsPerStrip);
        var top = index % Math.Max(1, strips) * RowsPerStrip;
        return (Width * samples * bits + 7) / 8 * Math.Min(RowsPerStrip, Height - top);
    }

    /// <summary>Kind of a sample, counted from the last one as the extras are; 0 for those that have none.</summary>
    public long ExtraType(long sample)
    {
        var index = sample - (Samples - ExtraTypes.Length);
        return index >= 0 && index < ExtraTypes.Length ? ExtraTypes[index] : 0;
    }
}
