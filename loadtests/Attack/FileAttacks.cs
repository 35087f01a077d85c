namespace Segmentation.LoadTests.Attack;

/// <summary>Image files that cost the encoder more than a picture should.</summary>
internal static class FileAttacks
{
    /// <summary>All of them.</summary>
    public static IEnumerable<IAttack> Of(AttackSize size)
    {
        var few = size.Of(40_000, 10_000);
        var many = size.Of(600_000, 100_000);
        yield return Uploads("webp-frames", $"WebP of {few:N0} and {many:N0} frames", 4, HostileImages.WebPFrames(few), HostileImages.WebPFrames, many);
        yield return Uploads("gif-frames", $"GIF of {many:N0} frames and comments", 4, null, HostileImages.GifFrames, many);
        var directories = size.Of(560_000, 100_000);
        yield return Uploads("tiff-directories", $"TIFF of {directories:N0} directories", 2, null, HostileImages.TiffDirectories, directories);
        yield return Uploads("png-chunks", $"PNG of {many:N0} text chunks", 4, null, HostileImages.PngChunks, many);
        yield return Uploads("jpeg-segments", $"JPEG of {many:N0} segments", 4, null, HostileImages.JpegSegments, many);
        yield return Uploads("webp-54-bytes", "WebP of 54 bytes announcing 16383 x 16383 and 7000 x 7000", 24, HostileImages.WebPHeader(16383), HostileImages.WebPHeader, 7000);
        yield return Uploads("gif-26-bytes", "GIF of 26 bytes announcing 7000 x 7000", 24, null, side => HostileImages.GifHeader((ushort)side), 7000);
        var megapixels = size.Of(10_000, 7_000);
        yield return Uploads("png-bomb", $"PNG of {megapixels} x {megapixels} black pixels in 100 KB", 8, null, side => HostileImages.BlackPng(side, isInterlaced: false), megapixels);
        yield return Uploads("png-interlaced", "interlaced PNG of 7000 x 7000 black pixels", 8, null, side => HostileImages.BlackPng(side, isInterlaced: true), 7000);
        yield return Uploads("png-text-bomb", "PNG with a text of 256 MB packed into 1 MB", 8, null, HostileImages.PngTextBomb, 256_000_000);
    }

    /// <summary>Uploads of one or two files, as many times as there is time for, each with a hash of its own.</summary>
    private static RequestAttack Uploads(
        string name, string what, int uploaders, byte[]? other, Func<int, byte[]> make, int argument)
    {
        var file = new Lazy<byte[]>(() => make(argument));
        return new RequestAttack(
            name,
            $"{uploaders} uploaders of {what}",
            // A reader may hold a picture of 50 megapixels, of three channels, whole.
            AttackBounds.Budget(200 + (uploaders * 64)),
            uploaders)
        {
            Prepare = (_, _) => Task.FromResult(file.Value),
            Send = (caller, n, end) => Uploading.SendAsync(
                caller, n, HostileImages.Variant(n % 4 == 0 && other is not null ? other : file.Value, n), end),
        };
    }
}
