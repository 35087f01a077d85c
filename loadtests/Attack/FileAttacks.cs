namespace Segmentation.LoadTests.Attack;

/// <summary>Image files that cost the encoder more than a picture should.</summary>
internal static class FileAttacks
{
    /// <summary>All of them.</summary>
    public static IEnumerable<IAttack> Of(AttackSize size)
    {
        var few = size.Of(40_000, 10_000);
        var many = size.Of(600_000, 100_000);
        var directories = size.Of(560_000, 100_000);
        var side = size.Of(10_000, 7_000);
        return
        [
            Uploads("webp-few-frames", $"WebP of {few:N0} frames", 4, () => HostileImages.WebPFrames(few)),
            Uploads("webp-frames", $"WebP of {many:N0} frames", 4, () => HostileImages.WebPFrames(many)),
            Uploads("gif-frames", $"GIF of {many:N0} frames and comments", 4, () => HostileImages.GifFrames(many)),
            Uploads(
                "tiff-directories",
                $"TIFF of {directories:N0} directories",
                2,
                () => HostileImages.TiffDirectories(directories)),
            Uploads("png-chunks", $"PNG of {many:N0} text chunks", 4, () => HostileImages.PngChunks(many)),
            Uploads("jpeg-segments", $"JPEG of {many:N0} segments", 4, () => HostileImages.JpegSegments(many)),
            Uploads("webp-announces", "WebP of 54 bytes, 16383 x 16383", 24, () => HostileImages.WebPHeader(16383)),
            Uploads("webp-below-limit", "WebP of 54 bytes, 7000 x 7000", 24, () => HostileImages.WebPHeader(7000)),
            Uploads("gif-announces", "GIF of 35 bytes, 7000 x 7000", 24, () => HostileImages.GifHeader(7000)),
            Uploads("png-bomb", $"PNG of {side} x {side} black pixels", 8, () => HostileImages.BlackPng(side, false)),
            Uploads("png-interlaced", "interlaced PNG, 7000 x 7000", 8, () => HostileImages.BlackPng(7000, true)),
            Uploads("png-text-bomb", "PNG with 256 MB of text", 8, () => HostileImages.PngTextBomb(256_000_000)),
        ];
    }

    /// <summary>Uploads of one file, as many times as there is time for, each with a hash of its own.</summary>
    private static RequestAttack Uploads(string name, string what, int uploaders, Func<byte[]> make)
    {
        var file = new Lazy<byte[]>(make);

        // A reader may hold a picture of 50 megapixels, of three channels, whole.
        var bounds = AttackBounds.Budget(200 + (uploaders * 64));
        return new RequestAttack(name, $"{uploaders} uploaders of {what}", bounds, uploaders)
        {
            Prepare = (_, _) => Task.FromResult(file.Value),
            Send = (caller, n, end) => Uploading.SendAsync(caller, n, HostileImages.Variant(file.Value, n), end),
        };
    }
}
