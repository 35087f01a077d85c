using System.Buffers.Binary;
using System.IO.Hashing;
using NetVips;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Containers;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Tests.Images;

/// <summary>
/// Containers with far more entries than a picture needs: a library is given only the first picture, so that its work
/// does not grow with them, or the file is refused.
/// </summary>
public sealed class ContainerTests
{
    private static readonly RgbImage _picture = Pictures.Ramps(8, 6);
    private static readonly Image _image = Pictures.ToVips(_picture);

    public static TheoryData<string, byte[]> Whole => new()
    {
        { "WebP", LosslessHeader(9000, 8000) },
        {
            "GIF",
            [
                .. "GIF89a"u8, 0x28, 0x23, 0x40, 0x1F, 0, 0, 0,
                0x2C, 0, 0, 0, 0, 0x28, 0x23, 0x40, 0x1F, 0, 2, 1, 0, 0,
            ]
        },
        { "interlaced PNG", Interlaced(9000, 8000) },
        { "progressive JPEG", ProgressiveHeader(9000, 8000) },
    };

    [Fact]
    public void ReadFull_WebPOfManyFrames_IsGivenTheFirstAlone()
    {
        var file = Animation(40_000);
        Assert.InRange(WebPView.Of(file).Bytes.Length, 50, 500);
        Assert.Equal(_picture.Pixels, Read(file).Pixels);
        Assert.Equal(_picture.Pixels, Read(Animation(1000)).Pixels);
    }

    [Fact]
    public void ReadFull_WebPOfManyChunks_IsGivenThePictureAlone()
    {
        var still = _image.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None);
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 5, 0, 0];
        var unknown = Enumerable.Repeat<byte[]>([.. "junk"u8, 1, 0, 0, 0, 9, 0], 50_000).SelectMany(chunk => chunk);
        var file = Riff([.. extended, .. unknown, .. still[12..], .. unknown]);
        Assert.InRange(WebPView.Of(file).Bytes.Length, 50, 500);
        Assert.Equal(_picture.Pixels, Read(file).Pixels);
    }

    [Fact]
    public void ReadFull_GifOfManyFramesAndComments_IsGivenTheFirstAlone()
    {
        var still = _image.GifsaveBuffer(dither: 0);
        var frame = GifView.Of(still).Bytes.ToArray();
        var header = 13 + ((still[10] & 0x80) == 0 ? 0 : 3 << ((still[10] & 7) + 1));
        var comments = Enumerable.Repeat<byte[]>([0x21, 0xFE, 1, 65, 0], 50_000).SelectMany(block => block);
        var frames = Enumerable.Repeat(frame[header..^1], 20_000).SelectMany(bytes => bytes);
        byte[] file = [.. frame[..header], .. comments, .. frames, 0x3B];
        Assert.Equal(frame.Length, GifView.Of(file).Bytes.Length);
        Assert.Equal(Read(still).Pixels, Read(file).Pixels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadFull_TiffOfManyDirectoriesAndTags_IsGivenTheFirstAlone(bool isBig)
    {
        var values = _picture.Pixels.Select(level => (uint)level).ToArray();
        var file = new TiffFile(8, 6, 8, 3, values)
        {
            Photometric = 2,
            FurtherDirectories = 20_000,
            PrivateTags = 40,
            IsBig = isBig,
        }.ToBytes();
        Assert.Equal(_picture.Pixels, Read(file).Pixels);
        var view = TiffView.Of(file).Bytes.ToArray();
        var (at, size) = isBig
            ? ((int)BitConverter.ToInt64(view, 8), 20)
            : (BitConverter.ToInt32(view, 4), 12);
        var entries = isBig ? BitConverter.ToInt64(view, at) : BitConverter.ToUInt16(view, at);
        Assert.InRange(entries, 8, 30);
        var next = view.AsSpan(at + (isBig ? 8 : 2) + (int)entries * size, isBig ? 8 : 4);
        Assert.False(next.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void ReadFull_PngOfManyTexts_IsGivenThePictureAlone()
    {
        var file = _image.PngsaveBuffer(keep: Enums.ForeignKeep.None);
        byte[] text = [0, 0, 0, 6, .. "tEXtab\0cde"u8, 0, 0, 0, 0];
        byte[] many = [.. file[..33], .. Enumerable.Repeat(text, 50_000).SelectMany(chunk => chunk), .. file[33..]];
        Assert.InRange(PngView.Of(many).Bytes.Length, 50, file.Length);
        Assert.Equal(_picture.Pixels, Read(many).Pixels);
    }

    [Fact]
    public void ReadFull_JpegOfManySegments_IsGivenThePictureAlone()
    {
        foreach (var isProgressive in new[] { false, true })
        {
            var file = _image.JpegsaveBuffer(interlace: isProgressive, keep: Enums.ForeignKeep.None);
            var segments = Enumerable.Repeat<byte[]>([0xFF, 0xE1, 0, 2, 0xFF, 0xFE, 0, 3, 1, 0xFF, 0xE5, 0, 2], 30_000);
            byte[] many = [.. file[..2], .. segments.SelectMany(segment => segment), .. file[2..]];
            Assert.InRange(JpegView.Of(many).Bytes.Length, 50, file.Length);
            Assert.Equal(Read(file).Pixels, Read(many).Pixels);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadFull_JpegOfManyScans_IsTooComplex(bool isInTiff)
    {
        var file = _image.JpegsaveBuffer(interlace: true, keep: Enums.ForeignKeep.None);
        var last = file.AsSpan().LastIndexOf<byte>([0xFF, 0xDA]);
        byte[] Scans(int more) =>
            [.. file[..^2], .. Enumerable.Repeat(file[last..^2], more).SelectMany(scan => scan), 0xFF, 0xD9];

        var own = Enumerable.Range(0, file.Length - 1).Count(at => file[at] == 0xFF && file[at + 1] == 0xDA);
        Assert.True(JpegView.Of(Scans(100 - own)).IsReadWhole);
        Assert.Throws<ImageException>(() => JpegView.Of(Scans(101 - own)));
        var many = Scans(5000);
        if (isInTiff)
        {
            many = new TiffFile(8, 6, 8, 3, new uint[8 * 6 * 3])
            {
                Photometric = 6, Compression = 7, Tile = 16, Spoil = (_, _) => Scans(5000),
            }.ToBytes();
        }

        var exception = Assert.Throws<ImageException>(() => Read(many));
        Assert.Equal(ImageError.TooComplex, exception.Error);
        Assert.Contains("more than 100 scans", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void ReadHeader_FileThatIsReadWhole_HasALowerLimit(string name, byte[] file)
    {
        var exception = Assert.Throws<ImageException>(() => ImageReader.ReadHeader(file, ImageLimits.Default));
        Assert.Equal(ImageError.TooLarge, exception.Error);
        var most = name == "WebP" ? 25 : 50;
        Assert.Contains($"72 megapixels; at most {most} ", exception.Message, StringComparison.Ordinal);
        var limits = new ImageLimits { MaxWholePixels = 80_000_000, MaxWebPPixels = 80_000_000 };
        var header = ImageReader.ReadHeader(file, limits);
        Assert.Equal((9000, 8000), (header.Width, header.Height));
    }

    [Fact]
    public void ReadFull_TokenCancelledWithinTheLibrary_StopsThere()
    {
        // Of an interlaced PNG the library reads everything before it gives the first row.
        var file = Noise().PngsaveBuffer(interlace: true);
        using var source = new CancellationTokenSource();
        var time = new CountingTime(looks =>
        {
            if (looks == 20)
            {
                source.Cancel();
            }
        });
        var limits = new ImageLimits { Time = time };
        Assert.Throws<OperationCanceledException>(() => ImageReader.ReadFull(file, limits, source.Token));
        Assert.InRange(time.Looks, 20, 22);
    }

    [Fact]
    public void ReadFull_TimeIsOver_EndsWithinTheLibrary()
    {
        foreach (var file in new[] { Noise().PngsaveBuffer(interlace: true), Noise().JpegsaveBuffer(interlace: true) })
        {
            var time = new CountingTime(_ => { });
            var limits = new ImageLimits { Time = time, MaxReadTime = TimeSpan.FromSeconds(20) };
            var exception = Assert.Throws<ImageException>(
                () => ImageReader.ReadForModel(file, limits, TestContext.Current.CancellationToken));
            Assert.Equal(ImageError.TooComplex, exception.Error);
            Assert.Contains("not read within 20 s", exception.Message, StringComparison.Ordinal);
            Assert.InRange(time.Looks, 20, 25);
        }
    }

    private static Image Noise()
    {
        var random = new Random(7);
        var pixels = new byte[300 * 300 * 3];
        random.NextBytes(pixels);
        return Pictures.ToVips(300, 300, pixels);
    }

    private static byte[] Animation(int frames)
    {
        var still = _image.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None);
        byte[] frame = [.. "ANMF"u8, .. new byte[4], 0, 0, 0, 0, 0, 0, 7, 0, 0, 5, 0, 0, 40, 0, 0, 0, .. still[12..]];
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), frame.Length - 8);
        return Riff(
        [
            .. "VP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 5, 0, 0,
            .. "ANIM"u8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            .. Enumerable.Repeat(frame, frames).SelectMany(bytes => bytes),
        ]);
    }

    private static byte[] Riff(byte[] chunks)
    {
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. chunks];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    /// <summary>A lossless WebP of a few bytes, as small ones announce large pictures.</summary>
    private static byte[] LosslessHeader(int width, int height)
    {
        byte[] chunk = [.. "VP8L"u8, 24, 0, 0, 0, 0x2F, .. new byte[23]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(9), width - 1 | (height - 1) << 14);
        return Riff(chunk);
    }

    private static byte[] Interlaced(int width, int height)
    {
        var file = _image.PngsaveBuffer(interlace: true);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32.HashToUInt32(file.AsSpan(12, 17)));
        return file;
    }

    private static byte[] ProgressiveHeader(int width, int height)
    {
        var file = _image.JpegsaveBuffer(interlace: true);
        var frame = file.AsSpan().IndexOf<byte>([0xFF, 0xC2]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), (ushort)width);
        return file;
    }

    private static RgbImage Read(byte[] file) =>
        ImageReader.ReadFull(file, ImageLimits.Default, TestContext.Current.CancellationToken);

    /// <summary>A clock on which a second passes at each look.</summary>
    private sealed class CountingTime(Action<int> look) : TimeProvider
    {
        public int Looks { get; private set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp()
        {
            look(++Looks);
            return Looks;
        }
    }
}
