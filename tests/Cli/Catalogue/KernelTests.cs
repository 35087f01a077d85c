using Google.Protobuf;
using Segmentation.Models;
using Segmentation.Tests.Shared;
using Segmentation.Tests.Shared.Twins;

namespace Segmentation.Cli.Tests.Catalogue;

/// <summary>Decoders whose weights are SAM's are run by the kernels, if these agree with the published graph.</summary>
public sealed class KernelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Root => _folder.File("models");

    [Theory]
    [InlineData(TwinForm.Official, false, "sam1", "the single one, or three")]
    [InlineData(TwinForm.Official, true, "sam1", "the single one, or three")]
    [InlineData(TwinForm.HuggingFace, false, "sam1", "the single one, or three")]
    [InlineData(TwinForm.SamExporter, false, "sam2", "the single one, or three")]
    [InlineData(TwinForm.HuggingFaceSam2, false, "sam2", "the single one, or three")]
    [InlineData(TwinForm.RectLabel, false, "sam2", "the single one, or three")]
    public async Task Add_DecoderWithWeights_IsRunByTheKernelsAndChecked(
        TwinForm form, bool isSingle, string family, string masks)
    {
        var added = await AddAsync(new TwinOptions { Form = form, SingleMask = isSingle });
        var check = await Segctl.RunAsync("models", "check", "twin", "--root", Root);

        Assert.True(added.ExitCode == 0, added.Error);
        Assert.True(added.Output.Contains("The kernels serve", StringComparison.Ordinal), added.Output);
        Assert.Contains(masks, added.Output, StringComparison.Ordinal);
        var model = new ModelCatalog(Root).Open("twin");
        Assert.Equal((family, false), (model.Layout.Decoder.Family, model.Layout.Decoder.IsPublished));
        Assert.NotNull(model.AsPublished());
        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        Assert.Matches(@"seeded picture: \d+ masks, logits within", check.Output);
    }

    [Fact]
    public async Task Add_QuantisedDecoder_ServesAsPublishedAndSaysWhy()
    {
        var added = await AddAsync(new TwinOptions { Numbers = TwinNumbers.Bytes });

        Assert.True(added.ExitCode == 0, added.Error);
        Assert.Matches(
            @"the kernels' logits differ from its by \d\.\de.* of their range, and at most 1\.0e-3", added.Output);
        Assert.True(new ModelCatalog(Root).Open("twin").Layout.Decoder.IsPublished);
        Assert.Equal(
            ["decoder.onnx", "encoder.onnx", "manifest.json"],
            Directory.EnumerateFiles(Path.Combine(Root, "twin"))
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Add_StabilityScores_SaysThatTheKernelsGiveOthers()
    {
        var added = await AddAsync(new TwinOptions { StabilityScores = true });

        Assert.Contains("scores are not the predicted IoU of its weights", added.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<SegctlResult> AddAsync(TwinOptions options)
    {
        var (model, weights) = DecoderTwin.Build(options);
        var encoder = options.Form switch
        {
            TwinForm.HuggingFace => StubEncoders.HuggingFaceSam1(PositionsOf(weights)),
            TwinForm.SamExporter => StubEncoders.Sam2("image", "image_embed", "high_res_feats_0", "high_res_feats_1"),
            TwinForm.HuggingFaceSam2 => StubEncoders.Sam2(
                "pixel_values", "image_embeddings.2", "image_embeddings.0", "image_embeddings.1"),
            TwinForm.RectLabel => StubEncoders.Sam2(
                "input", "image_embeddings", "high_res_features1", "high_res_features2"),
            _ => StubEncoders.Normalised(),
        };
        var decoder = _folder.File("b.onnx");
        await File.WriteAllBytesAsync(decoder, model.ToByteArray(), TestContext.Current.CancellationToken);
        return await Segctl.RunAsync(
            "models", "add", encoder.Save(_folder.File("a.onnx")), decoder,
            "--id", "twin", "--licence", "MIT", "--root", Root);
    }

    /// <summary>
    /// The reference's <c>PositionEmbeddingRandom</c>, [256,64,64], which an encoder of Hugging Face computes from the
    /// same weights as its decoder.
    /// </summary>
    private static float[] PositionsOf(TwinWeights weights)
    {
        const int Side = 64;
        const int Half = TwinWeights.Width / 2;
        var frequencies = weights["pe_layer.positional_encoding_gaussian_matrix"].Values;
        var positions = new float[2 * Half * Side * Side];
        for (var channel = 0; channel < Half; channel++)
        {
            for (var cell = 0; cell < Side * Side; cell++)
            {
                var x = 2 * ((cell % Side + 0.5) / Side) - 1;
                var y = 2 * ((cell / Side + 0.5) / Side) - 1;
                var angle = 2 * Math.PI * (x * frequencies[channel] + y * frequencies[Half + channel]);
                positions[channel * Side * Side + cell] = (float)Math.Sin(angle);
                positions[(Half + channel) * Side * Side + cell] = (float)Math.Cos(angle);
            }
        }

        return positions;
    }
}
