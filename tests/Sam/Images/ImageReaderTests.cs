using NetVips;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Images;

public sealed class ImageReaderTests
{
    [Fact]
    public void Read_SliceOfALargerBuffer_ReadsOnlyTheSlice()
    {
        var file = Pictures.ToPng(Pictures.Ramps());
        byte[] buffer = [1, 2, 3, .. file, 4, 5];
        var image = ImageReader.ReadFull(
            buffer.AsMemory(3, file.Length), ImageLimits.Default, TestContext.Current.CancellationToken);
        Assert.Equal(Pictures.Ramps().Pixels, image.Pixels);
    }

    [Fact]
    public void Read_ManyAtOnce_GivesEachItsOwnPixels() => Parallel.For(0, 64, index =>
    {
        var picture = Pictures.Ramps(40 + index, 80 - index);
        var image = ImageReader.ReadFull(Pictures.ToPng(picture), ImageLimits.Default, CancellationToken.None);
        Assert.Equal(picture.Pixels, image.Pixels);
    });

    [Fact]
    public void Read_TokenCancelledBefore_Throws()
    {
        var file = Pictures.ToPng(Pictures.Ramps());
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => ImageReader.ReadForModel(file, ImageLimits.Default, cancelled));
        Assert.Throws<OperationCanceledException>(() => ImageReader.ReadFull(file, ImageLimits.Default, cancelled));
    }

    [Fact]
    public void Next_TokenCancelledBetweenStrips_StopsDecoding()
    {
        using var source = new CancellationTokenSource();
        using var image = EncodedImage.Open(Samples.Image("rocket.jpg"), ImageLimits.Default, source.Token);
        using var rows = image.Decode();
        Assert.NotEmpty(rows.Next(source.Token));
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => rows.Next(source.Token));
    }

    [Fact]
    public void Libvips_LoadersOutsideTheList_AreBlocked()
    {
        Libvips.Use();
        var svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"></svg>"u8.ToArray();
        Assert.Throws<VipsException>(() => Image.SvgloadBuffer(svg));
        Assert.Throws<VipsException>(() => Image.NewFromBuffer(svg));
        Assert.Throws<VipsException>(() => Image.VipsloadSource(Source.NewFromMemory(svg)));
        var heif = Pictures.ToVips(Pictures.Ramps()).HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1);
        Assert.Throws<VipsException>(() => Image.HeifloadBuffer(heif));
    }

    [Fact]
    public void Libvips_InUse_KeepsNoCacheAndNoWorkers()
    {
        Libvips.Use();
        Assert.Equal((0, 1), (Cache.Max, NetVips.NetVips.Concurrency));
    }
}
