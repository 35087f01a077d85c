using Segmentation.Cli.Commands;
using Segmentation.Cli.Everything;
using Segmentation.Cli.Files;
using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Tests.Everything;

/// <summary>What is written is what was found, or nothing.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_AnyMasks_ReadGivesThemBackBitForBit()
    {
        var random = new Random(5);
        var masks = Enumerable.Range(0, 40)
            .Select(i => Results.Mask(Noise(random, 40 + i, 60, density: i / 40.0))).ToList();

        var read = WriteAndRead(masks);

        Assert.Equal(masks.Select(m => m.RunLengths), read.Annotations.Select(a => a.Segmentation.ToRunLengths()));
        Assert.Equal(masks.Select(m => m.Area), read.Annotations.Select(a => a.Area));
        Assert.Equal(masks.Select(m => (double)m.PredictedIou), read.Annotations.Select(a => a.PredictedIou));
        Assert.Equal(
            Enumerable.Range(1, 40).Select(i => read.Image.ImageId + i), read.Annotations.Select(a => a.Id));
        Assert.InRange(read.Image.ImageId, 0, 1L << 52);
    }

    [Fact]
    public void Write_NoMasks_IsAResult() => Assert.Empty(WriteAndRead([]).Annotations);

    [Fact]
    public void Write_MaskThatCannotBeExported_IsAnErrorAndLeavesWhatWasThere()
    {
        var good = Results.Mask(new RunLengths(4, 5, 3, 7, 10));
        WriteAndRead([good]);
        EverythingMask[] wrong =
        [
            good with { Area = 8 },
            good with { PredictedIou = float.NaN },
            good with { StabilityScore = float.PositiveInfinity },
        ];

        Assert.All(wrong, mask => Assert.Contains(
            "cannot be exported",
            Assert.Throws<CliException>(() => WriteAndRead([good, mask])).Message,
            StringComparison.Ordinal));
        Assert.Single(Sa1bFile.Read(_folder.File("photo.json")).Annotations);
        Assert.Equal(["photo.json"], Directory.GetFiles(_folder.File(".")).Select(Path.GetFileName));
    }

    [Fact]
    public void AtomicFile_WriteThatFails_LeavesTheOldFile()
    {
        var path = _folder.File("result");
        AtomicFile.Write(path, stream => stream.Write("old"u8));

        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("ne"u8);
            throw new IOException("disk full");
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.File(".")));
    }

    [Fact]
    public void AtomicFile_OtherProgramIsWriting_RefusesAndLeavesItsFile()
    {
        var path = _folder.File("result");

        AtomicFile.Write(path, stream =>
        {
            stream.Write("first"u8);
            Assert.Throws<IOException>(() => AtomicFile.Write(path, other => other.Write("second"u8)));
        });

        Assert.Equal("first", File.ReadAllText(path));
    }

    [Fact]
    public void AtomicFile_LinkInItsPlace_ReplacesTheLinkAlone()
    {
        File.WriteAllText(_folder.File("elsewhere"), "kept");
        File.CreateSymbolicLink(_folder.File("result"), _folder.File("elsewhere"));

        AtomicFile.Write(_folder.File("result"), stream => stream.Write("new"u8));

        Assert.Equal("kept", File.ReadAllText(_folder.File("elsewhere")));
        Assert.Equal("new", File.ReadAllText(_folder.File("result")));
    }

    [Fact]
    public void ProgressBar_Note_IsWrittenEverywhere()
    {
        using var file = new StringWriter { NewLine = "\n" };

        new ProgressBar(file, isTerminal: false, images: 1).Note("photo.jpg is done again");

        Assert.Equal("photo.jpg is done again\n", file.ToString());
    }

    [Fact]
    public void ProgressBar_OnATerminal_SaysHowFarThingsAre()
    {
        using var terminal = new StringWriter();
        var progress = new ProgressBar(terminal, isTerminal: true, images: 2);

        progress.Begin("photo.jpg");
        progress.Report(new(0, 1, 480, 1024, 7, TimeSpan.FromSeconds(1)));

        Assert.Contains(
            "\r[####................]  23%  photo.jpg (1 of 2)  480 of 1024 points, 7 masks  ",
            terminal.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ProgressBar_NotOnATerminal_IsQuiet()
    {
        using var file = new StringWriter();
        var progress = new ProgressBar(file, isTerminal: false, images: 1);

        progress.Begin("photo.jpg");
        progress.Report(new(0, 1, 480, 1024, 7, TimeSpan.FromSeconds(1)));
        progress.End();

        Assert.Empty(file.ToString());
    }

    public void Dispose() => _folder.Dispose();

    private Sa1bFile WriteAndRead(IReadOnlyList<EverythingMask> masks)
    {
        var image = new ImageFile(new FileInfo(_folder.File("photo.jpg")));
        var writer = new Sa1bWriter(new DirectoryInfo(_folder.File(".")), Results.Settings);
        var result = new ImageResult(image, ReadOnlyMemory<byte>.Empty, 5, 4, masks);
        writer.Write(result);
        Assert.Null(writer.OriginOf(writer.PathOf(image))!.DifferenceTo(Results.Settings.Origin));
        Assert.Equal(result.Sha256, writer.OriginOf(writer.PathOf(image))!.ImageSha256);
        return Sa1bFile.Read(_folder.File("photo.json"));
    }

    private static RunLengths Noise(Random random, int height, int width, double density)
    {
        var pixels = new byte[height * width];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(random.NextDouble() < density ? 1 : 0);
        }

        pixels[random.Next(pixels.Length)] = 1;
        return RunLengths.FromBytes(height, width, pixels);
    }
}
