using System.Buffers.Binary;
using System.IO.Compression;
using CsCheck;
using NetVips;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Bytes that are no usable image: each gives one error that says what was found.</summary>
public sealed class DamagedFileTests
{
    private static readonly byte[] _noBytes = [];

    public static TheoryData<string, byte[]> Files
    {
        get
        {
            var image = Pictures.ToVips(Pictures.Ramps());
            return new()
            {
                { "JPEG", image.JpegsaveBuffer() },
                { "progressive JPEG", image.JpegsaveBuffer(interlace: true) },
                { "PNG", image.PngsaveBuffer() },
                { "interlaced PNG", image.PngsaveBuffer(interlace: true) },
                { "WebP", image.WebpsaveBuffer() },
                { "GIF", image.GifsaveBuffer() },
                { "TIFF", image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate) },
            };
        }
    }

    public static TheoryData<string, byte[]> Refused => new()
    {
        { "text", "Dear all, please find the picture attached."u8.ToArray() },
        { "an SVG drawing", "<?xml version=\"1.0\"?><svg width=\"9\" height=\"9\"></svg>"u8.ToArray() },
        { "an HTML page", "<!DOCTYPE html><html><body>404</body></html>"u8.ToArray() },
        { "a PDF document", "%PDF-1.7\n%\xE2\xE3\n"u8.ToArray() },
        { "a HEIF image", "\0\0\0\u0018ftypheic\0\0\0\0"u8.ToArray() },
        { "an AVIF image", "\0\0\0\u0018ftypavif\0\0\0\0"u8.ToArray() },
        { "another MP4 file", "\0\0\0\u0018ftypisom\0\0\0\0"u8.ToArray() },
        { "a BMP image", "BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"u8.ToArray() },
        { "a Windows icon", [0, 0, 1, 0, 1, 0, 16, 16] },
        { "a JPEG XL image", [0xFF, 0x0A, 0xFA, 0x7F] },
        { "a JPEG 2000 image", "\0\0\0\x0CjP  \r\n"u8.ToArray() },
        { "a Photoshop document", "8BPS\0\x01\0\0"u8.ToArray() },
        { "a ZIP archive", "PK\x03\x04\x14\0"u8.ToArray() },
        { "a gzip archive", [0x1F, 0x8B, 8, 0] },
        { "no known image format", [0xDE, 0xAD, 0xBE, 0xEF, 0, 1, 2, 3] },
        { "no known image format", [0] },
    };

    [Fact]
    public void Read_ZeroBytes_IsEmpty() => AssertRefused(_noBytes, ImageError.Empty, "0 bytes", FileFormat.Accepted);

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_OtherFormat_NamesItAndWhatIsAccepted(string name, byte[] file) =>
        AssertRefused(file, ImageError.UnsupportedFormat, name, FileFormat.Accepted, $"{file.Length} bytes");

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_EveryPrefix_IsDamagedUntilAllPixelsAreThere(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        var whole = ImageReader.ReadFull(file, ImageLimits.Default, TestContext.Current.CancellationToken);
        var (damaged, complete) = (0, 0);
        for (var length = 1; length < file.Length; length += length > 50 && length < file.Length - 50 ? 11 : 1)
        {
            try
            {
                var image = ImageReader.ReadFull(
                    file.AsMemory(0, length), ImageLimits.Default, TestContext.Current.CancellationToken);
                Assert.Equal(whole.Pixels, image.Pixels);
                complete++;
            }
            catch (ImageException exception)
            {
                // The longest signature has twelve bytes.
                var expected = FileFormat.Sniff(file.AsSpan(0, length))?.MediaType is null && length < 12
                    ? ImageError.UnsupportedFormat
                    : ImageError.Damaged;
                Assert.Equal(expected, exception.Error);
                Assert.Contains($"{length} bytes", exception.Message, StringComparison.Ordinal);
                damaged++;
            }
        }

        // Trailers that hold no pixels may be missing: checksums and end markers.
        Assert.InRange(complete, 0, 24);
        Assert.True(damaged > 60);
    }

    [Theory]
    [InlineData("rocket.jpg")]
    [InlineData("coffee.png")]
    public void ReadForModel_CutPhotograph_NamesSizeAndFormat(string name)
    {
        var file = Samples.Image(name);
        foreach (var share in new[] { 0.2, 0.5, 0.95 })
        {
            var cut = file.AsMemory(0, (int)(file.Length * share));
            var header = ImageReader.ReadHeader(cut, ImageLimits.Default);
            var exception = Assert.Throws<ImageException>(() => ImageReader.ReadForModel(
                cut, ImageLimits.Default, TestContext.Current.CancellationToken));
            Assert.Equal(ImageError.Damaged, exception.Error);
            Assert.Contains($"{header.Width} x {header.Height} pixels", exception.Message, StringComparison.Ordinal);
            Assert.IsType<VipsException>(exception.InnerException);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_BytesChanged_GivesAnImageOrOneError(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        var limits = new ImageLimits { MaxPixels = 1_000_000 };
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte).Array[1, 6].Sample(
            changes =>
            {
                var changed = file.ToArray();
                foreach (var (at, value) in changes)
                {
                    changed[at] = value;
                }

                try
                {
                    ImageReader.ReadForModel(changed, limits, CancellationToken.None);
                }
                catch (ImageException exception)
                {
                    Assert.NotEqual(ImageError.Empty, exception.Error);
                }
            },
            iter: 60);
    }

    [Fact]
    public void Read_PngBomb_IsTooLargeAndNamesBothSizes()
    {
        var file = PngHeader(50_000, 50_000);
        AssertRefused(file, ImageError.TooLarge, "50000 x 50000 pixels", "2500 megapixels", "at most 100 are");
    }

    [Fact]
    public void Read_JpegBomb_IsTooLarge()
    {
        var jpeg = Pictures.ToVips(Pictures.Ramps()).JpegsaveBuffer();
        // Start of frame: marker, length, precision, then height and width.
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0, 0x00, 0x11, 0x08]) + 5;
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame), 65_000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 2), 60_000);
        AssertRefused(jpeg, ImageError.TooLarge, "60000 x 65000 pixels");
    }

    [Fact]
    public void Read_OneLongRow_IsTooLarge() =>
        AssertRefused(PngHeader(65_536, 1), ImageError.TooLarge, "65536 x 1 pixels", "at most 65535 a side");

    [Fact]
    public void Read_AtTheLimit_IsAccepted()
    {
        var file = Pictures.ToPng(Pictures.Ramps(40, 25));
        var limits = new ImageLimits { MaxPixels = 1000, MaxSide = 40 };
        Assert.Equal(new ImageHeader(40, 25, "image/png"), ImageReader.ReadHeader(file, limits));
        var lower = Assert.Throws<ImageException>(() => ImageReader.ReadHeader(file, limits with { MaxPixels = 999 }));
        Assert.Contains("0.001 megapixels; at most 0.000999", lower.Message, StringComparison.Ordinal);
        Assert.Throws<ImageException>(() => ImageReader.ReadHeader(file, limits with { MaxSide = 39 }));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(ImageLimits.PixelsCeiling + 1, 1)]
    [InlineData(1, 0)]
    public void ImageLimits_OutOfRange_Throws(long pixels, int side) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new ImageLimits { MaxPixels = pixels, MaxSide = side });

    private static void AssertRefused(byte[] file, ImageError error, params string[] words)
    {
        var token = TestContext.Current.CancellationToken;
        ImageException[] exceptions =
        [
            Assert.Throws<ImageException>(() => ImageReader.ReadHeader(file, ImageLimits.Default)),
            Assert.Throws<ImageException>(() => ImageReader.ReadForModel(file, ImageLimits.Default, token)),
            Assert.Throws<ImageException>(() => ImageReader.ReadFull(file, ImageLimits.Default, token)),
        ];
        foreach (var exception in exceptions)
        {
            Assert.Equal(error, exception.Error);
            Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
        }
    }

    /// <summary>A PNG that announces its size truthfully or not, followed by one row's worth of data.</summary>
    private static byte[] PngHeader(int width, int height)
    {
        var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        Write("IHDR"u8, header);
        var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.Fastest))
        {
            deflate.Write(new byte[width + 1]);
        }

        Write("IDAT"u8, data.ToArray());
        Write("IEND"u8, []);
        return file.ToArray();

        void Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
        {
            byte[] chunk = [.. type, .. content];
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
            file.Write(number);
            file.Write(chunk);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(chunk));
            file.Write(number);
        }

        static uint Crc(byte[] chunk)
        {
            var crc = uint.MaxValue;
            foreach (var value in chunk)
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                {
                    crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
                }
            }

            return ~crc;
        }
    }
}
