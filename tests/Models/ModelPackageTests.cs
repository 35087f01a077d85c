using Segmentation.Models.Layouts;

namespace Segmentation.Models.Tests;

public sealed class ModelPackageTests
{
    [Fact]
    public void Open_WholeModel_GivesPathsAndIdentity()
    {
        using var model = new TemporaryModel();

        var package = ModelPackage.Open(model.Folder);

        Assert.Equal("tiny", package.Id);
        Assert.Equal("test-v1", package.PreprocessingVersion);
        Assert.Equal(
            [model.PathOf("encoder"), model.PathOf("image"), model.PathOf("mask"), model.PathOf("decode")],
            [package.EncoderPath, package.ImagePath, package.MaskPath, package.DecodePath]);
        package.Verify(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Digest_SameGraphs_IsTheSameWhateverElseTheManifestSays()
    {
        using var first = new TemporaryModel("first");
        using var second = new TemporaryModel("second");

        var digest = ModelPackage.Open(first.Folder).Digest;

        Assert.Equal(digest, ModelPackage.Open(second.Folder).Digest);
        Assert.Matches("^[0-9a-f]{64}$", digest);
    }

    [Fact]
    public void Digest_OtherGraph_IsOther()
    {
        using var model = new TemporaryModel();
        var before = ModelPackage.Open(model.Folder).Digest;
        var mask = model.Manifest.Graphs["mask"];
        var changed = model.Manifest with
        {
            Graphs = new Dictionary<string, GraphFile>(model.Manifest.Graphs)
            {
                ["mask"] = mask with { Sha256 = new string('0', 64) },
            },
        };
        changed.Write(model.Folder);

        Assert.NotEqual(before, ModelPackage.Open(model.Folder).Digest);
    }

    [Fact]
    public void Open_MissingGraph_NamesTheFile()
    {
        using var model = new TemporaryModel();
        File.Delete(model.PathOf("decode"));

        var error = Assert.Throws<ModelException>(() => ModelPackage.Open(model.Folder));

        Assert.Contains(model.PathOf("decode"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TruncatedGraph_NamesBothSizes()
    {
        using var model = new TemporaryModel();
        File.WriteAllText(model.PathOf("image"), "gra");

        var error = Assert.Throws<ModelException>(() => ModelPackage.Open(model.Folder));

        Assert.Contains("has 3 bytes where its manifest says 11", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_ChangedByte_NamesTheFile()
    {
        using var model = new TemporaryModel();
        var package = ModelPackage.Open(model.Folder);
        var bytes = File.ReadAllBytes(model.PathOf("mask"));
        bytes[2] ^= 1;
        File.WriteAllBytes(model.PathOf("mask"), bytes);

        var error = Assert.Throws<ModelException>(() => package.Verify(TestContext.Current.CancellationToken));

        Assert.Contains($"'{model.PathOf("mask")}' is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_Cancelled_Stops()
    {
        using var model = new TemporaryModel();
        var package = ModelPackage.Open(model.Folder);

        Assert.Throws<OperationCanceledException>(() => package.Verify(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void AsPublished_KeptDecoder_IsVerifiedAndTakesThePlaceOfTheGraphs()
    {
        using var model = new TemporaryModel();
        var decoder = model.Manifest.Graphs["decode"];
        var ports = new[] { new GraphPort(DecoderRole.Points, "point_coords", NumberType.F32, 3) };
        var manifest = model.Manifest with
        {
            Layout = ModelLayout.Built,
            Published = new KeptDecoder(decoder, DecoderLayout.Built with { Ports = ports }),
        };
        manifest.Write(model.Folder);

        var package = ModelPackage.Open(model.Folder);
        var published = package.AsPublished();

        Assert.False(package.Layout.Decoder.IsPublished);
        Assert.True(published!.Layout.Decoder.IsPublished);
        Assert.Equal(model.PathOf("decode"), published.PathOf(ModelManifest.Decoder));
        Assert.Equal(5, package.Files.Count);
        Assert.Null(published.AsPublished());
    }
}
