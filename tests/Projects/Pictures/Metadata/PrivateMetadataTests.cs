using System.Text;
using NetVips;
using Segmentation.Projects.Pictures.Metadata;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Sam.Images;

namespace Segmentation.Projects.Tests.Pictures.Metadata;

public sealed class PrivateMetadataTests
{
    public static TheoryData<string, int> Files { get; } = new(
        from extension in (string[])
        [
            ".jpg", ".jpg[interlace]", ".png", ".png[interlace,bitdepth=16]", ".webp", ".webp[lossless]", ".gif",
            ".tif", ".tif[tile,compression=deflate]", ".tif[compression=jpeg]", ".tif[bigtiff]",
        ]
        from orientation in (int[])[1, 6]
        select (extension, orientation));

    [Theory, MemberData(nameof(Files))]
    public void Strip_PersonalFile_LosesTheMetadataAndNoPixel(string extension, int orientation)
    {
        var file = extension == ".tif[bigtiff]"
            ? TestImages.File(".tif[bigtiff]", change: image =>
            {
                image.Set(GValue.GIntType, "orientation", orientation);
                image.Set(GValue.BlobType, "xmp-data", Encoding.ASCII.GetBytes(PersonalFiles.Secret));
            })
            : PersonalFiles.Of(extension, orientation);
        Assert.True(Holds(file, PersonalFiles.Secret));
        var before = ImageReader.ReadHeader(file, ImageLimits.Default);

        var clean = PrivateMetadata.Strip(file, before.MediaType, before.Orientation);

        Assert.False(Holds(clean.Span, PersonalFiles.Secret));
        Assert.False(Holds(clean.Span, "GPSLatitude"));
        Assert.False(Holds(clean.Span, "2026:01:02"));
        Assert.True(clean.Span.IndexOf(PersonalFiles.Latitude) < 0);
        Assert.Equal(before, ImageReader.ReadHeader(clean, ImageLimits.Default));
        Assert.Equal(Pixels(file), Pixels(clean));
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".tif")]
    public void Strip_PersonalFile_KeepsTheColourProfile(string extension)
    {
        var file = TestImages.File($"{extension}[profile=srgb]");
        using var before = Image.NewFromBuffer(file);
        var profile = (byte[])before.Get("icc-profile-data");

        var clean = PrivateMetadata.Strip(file, ImageReader.ReadHeader(file, ImageLimits.Default).MediaType, 1);

        using var image = Image.NewFromBuffer(clean.ToArray());
        Assert.Equal(profile, (byte[])image.Get("icc-profile-data"));
    }

    [Fact]
    public void Strip_JpegWithCoordinates_TestFileHasThem()
    {
        // Guards the test above: without the fields in the file nothing could be left over.
        using var image = Image.NewFromBuffer(PersonalFiles.Of(".jpg"));
        Assert.Contains("47/1", (string)image.Get("exif-ifd3-GPSLatitude"), StringComparison.Ordinal);
        Assert.True(PersonalFiles.Of(".tif").AsSpan().IndexOf(PersonalFiles.Latitude) > 0);
    }

    [Theory]
    [InlineData(".jpg", 40)]
    [InlineData(".png", 60)]
    [InlineData(".webp", 40)]
    [InlineData(".gif", 60)]
    [InlineData(".tif", 60)]
    public void Strip_FileThatCannotBeFollowed_IsRefused(string extension, int length)
    {
        var file = PersonalFiles.Of(extension);
        var mediaType = ImageReader.ReadHeader(file, ImageLimits.Default).MediaType;

        Assert.Throws<InvalidDataException>(() => PrivateMetadata.Strip(file.AsMemory(0, length), mediaType, 1));
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    public void Strip_DamagedAnywhere_AnswersOrRefuses(string extension)
    {
        var file = PersonalFiles.Of(extension);
        var mediaType = ImageReader.ReadHeader(file, ImageLimits.Default).MediaType;
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = file[..random.Next(20, file.Length + 1)];
            for (var hit = random.Next(4); hit > 0; hit--)
            {
                damaged[random.Next(12, damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                PrivateMetadata.Strip(damaged, mediaType, 6);
            }
            catch (InvalidDataException)
            {
                // Refused with a reason; any other exception fails the test.
            }
        }
    }

    private static bool Holds(ReadOnlySpan<byte> file, string text) => file.IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    private static byte[] Pixels(ReadOnlyMemory<byte> file) =>
        ImageReader.ReadFull(file, ImageLimits.Default, CancellationToken.None).Pixels;
}
