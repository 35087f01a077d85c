using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Models.Recognition;
using Segmentation.Tests.Shared;

namespace Segmentation.Models.Tests.Recognition;

/// <summary>Each published layout is recognised by the inputs and outputs of its graphs.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-layouts-");

    public static TheoryData<string> Names => [.. StubModels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Recognise_EachLayout_FindsTheTwoFilesWhateverTheirNamesAndOrder(string name)
    {
        var (encoder, decoder) = StubModels.Named(name).Save(_folder.FullName);

        var model = ModelRecogniser.Recognise([decoder, encoder], TestContext.Current.CancellationToken);

        Assert.Equal((encoder, decoder), (model.EncoderPath, model.DecoderPath));
        var again = ModelRecogniser.Recognise([_folder.FullName], TestContext.Current.CancellationToken);
        Assert.Equal(encoder, again.EncoderPath);
        Assert.True(model.Layout.Decoder.IsPublished);
    }

    [Theory]
    [InlineData("sam1", "sam1", "0123", BoxPort.Labels, true, Resizing.LongestSide)]
    [InlineData("sam1-single", "sam1", "0", BoxPort.Labels, true, Resizing.LongestSide)]
    [InlineData("sam1-extra-metrics", "sam1", "0123", BoxPort.Labels, true, Resizing.LongestSide)]
    [InlineData("sam1-cvat", "sam1", "0123", BoxPort.Labels, true, Resizing.LongestSide)]
    [InlineData("huggingface-sam1", "huggingface-sam1", "123", BoxPort.None, false, Resizing.LongestSide)]
    [InlineData("huggingface-sam1-boxes", "huggingface-sam1", "123", BoxPort.Input, false, Resizing.LongestSide)]
    [InlineData("efficient-sam", "efficient-sam", "123", BoxPort.Labels, false, Resizing.Stretch)]
    [InlineData("edge-sam", "edge-sam", "0123", BoxPort.Labels, false, Resizing.LongestSide)]
    [InlineData("sam-hq", "sam-hq", "0", BoxPort.Labels, true, Resizing.LongestSide)]
    [InlineData("sam2-samexporter", "sam2", "123", BoxPort.Labels, true, Resizing.Stretch)]
    [InlineData("sam2-ib", "sam2", "123", BoxPort.Labels, true, Resizing.Stretch)]
    [InlineData("sam2-darktable", "sam2", "123", BoxPort.Labels, true, Resizing.Stretch)]
    [InlineData("sam2-rectlabel", "sam2", "0123", BoxPort.Labels, true, Resizing.Stretch)]
    [InlineData("sam2-ort", "sam2", "0", BoxPort.Labels, true, Resizing.Stretch)]
    [InlineData("sam2-ort-three", "sam2", "123", BoxPort.Labels, true, Resizing.Stretch)]
    [InlineData("huggingface-sam2", "huggingface-sam2", "123", BoxPort.Input, false, Resizing.Stretch)]
    public void Recognise_Decoder_SaysWhatItTakesAndGives(
        string name, string family, string tokens, BoxPort box, bool takesMask, Resizing resizing)
    {
        var layout = Recognise(name);

        Assert.Equal(family, layout.Decoder.Family);
        Assert.Equal(tokens.Select(token => token - '0'), layout.Decoder.Tokens);
        Assert.Equal(box, layout.Decoder.Box);
        Assert.Equal(takesMask, layout.Decoder.TakesMask);
        Assert.Equal(resizing, layout.Resizing);
        Assert.Equal(family is not ("sam1" or "sam-hq"), layout.Decoder.AddsPadding);
    }

    [Theory]
    [InlineData("sam1", "low_res_masks", 4)]
    [InlineData("sam1-extra-metrics", "1744", 4)]
    [InlineData("huggingface-sam1", "pred_masks", 5)]
    [InlineData("efficient-sam", "onnx::Shape_2137", 5)]
    [InlineData("edge-sam", "masks", 4)]
    [InlineData("sam2-samexporter", "masks", 4)]
    [InlineData("sam2-ib", "masks", 4)]
    [InlineData("sam2-darktable", "low_res_masks", 4)]
    [InlineData("sam2-rectlabel", "low_res_masks", 4)]
    [InlineData("sam2-ort", "low_res_masks", 4)]
    public void Recognise_Logits_AreNeverMasksInTheSizeOfTheImage(string name, string output, int rank)
    {
        var port = Assert.Single(Recognise(name).Decoder.Ports!, one => one.Role == DecoderRole.LowResLogits);

        Assert.Equal((output, rank), (port.Name, port.Rank));
    }

    [Theory]
    [InlineData("sam1", DecoderRole.Labels, NumberType.F32, 2)]
    [InlineData("sam1-half", DecoderRole.Embedding, NumberType.F16, 4)]
    [InlineData("sam1", DecoderRole.ImageSize, NumberType.F32, 1)]
    [InlineData("huggingface-sam1", DecoderRole.Labels, NumberType.I64, 3)]
    [InlineData("huggingface-sam1", DecoderRole.Positional, NumberType.F32, 4)]
    [InlineData("sam-hq", DecoderRole.Intermediate, NumberType.F32, 5)]
    [InlineData("sam2-ib", DecoderRole.ImageSize, NumberType.I32, 1)]
    [InlineData("sam2-rectlabel", DecoderRole.ImageSize, NumberType.I64, 1)]
    [InlineData("sam2-ort", DecoderRole.Labels, NumberType.I32, 2)]
    [InlineData("huggingface-sam2", DecoderRole.ObjectScore, NumberType.F32, 3)]
    [InlineData("huggingface-sam2", DecoderRole.Boxes, NumberType.F32, 3)]
    public void Recognise_Ports_HaveTheTypeAndRankOfTheFile(string name, DecoderRole role, NumberType type, int rank)
    {
        var port = Assert.Single(Recognise(name).Decoder.Ports!, one => one.Role == role);

        Assert.Equal((type, rank), (port.Type, port.Rank));
    }

    [Theory]
    [InlineData("sam1", PixelForm.ChannelsNormalised, NumberType.F32, null, false)]
    [InlineData("sam1-batch", PixelForm.ChannelsNormalised, NumberType.F32, null, true)]
    [InlineData("sam1-half", PixelForm.ChannelsNormalised, NumberType.F16, null, false)]
    [InlineData("sam1-quantised", PixelForm.ChannelsNormalised, NumberType.F32, null, false)]
    [InlineData("sam1-rows-columns-channels", PixelForm.RowsColumnsChannels, NumberType.F32, null, false)]
    [InlineData("sam1-bytes", PixelForm.ChannelsBytes, NumberType.U8, null, false)]
    [InlineData("sam1-bytes-fixed", PixelForm.ChannelsBytes, NumberType.U8, 720, false)]
    [InlineData("efficient-sam", PixelForm.ChannelsUnit, NumberType.F32, null, true)]
    [InlineData("huggingface-sam2", PixelForm.ChannelsNormalised, NumberType.F32, null, true)]
    public void Recognise_Encoder_SaysInWhichFormItTakesAPicture(
        string name, PixelForm form, NumberType type, int? rows, bool isBatched)
    {
        var encoder = Recognise(name).Encoder;

        Assert.Equal((form, type), (encoder.Form, encoder.Type));
        Assert.Equal(rows, encoder.FixedRows);
        Assert.Equal(isBatched, encoder.IsBatched);
        Assert.Equal(form == PixelForm.ChannelsNormalised ? [123.675f, 116.28f, 103.53f] : null, encoder.Mean);
        Assert.Equal(form == PixelForm.ChannelsNormalised ? [58.395f, 57.12f, 57.375f] : null, encoder.Deviation);
    }

    [Theory]
    [InlineData("sam1-bytes", "Embedding:output", 256 * 64 * 64)]
    [InlineData(
        "sam2-rectlabel",
        "Embedding:image_embeddings HighRes0:high_res_features1 HighRes1:high_res_features2",
        (256 * 64 * 64) + (32 * 256 * 256) + (64 * 128 * 128))]
    [InlineData(
        "huggingface-sam2",
        "Embedding:image_embeddings.2 HighRes0:image_embeddings.0 HighRes1:image_embeddings.1",
        (256 * 64 * 64) + (32 * 256 * 256) + (64 * 128 * 128))]
    [InlineData("huggingface-sam1", "Embedding:image_embeddings", 256 * 64 * 64)]
    [InlineData(
        "sam-hq", "Embedding:image_embeddings Intermediate:interm_embeddings_1", (256 * 64 * 64) + (64 * 64 * 768))]
    [InlineData(
        "sam-hq-stacked", "Embedding:image_embeddings Intermediate:interm_embeddings", (256 * 64 * 64) + (64 * 64 * 1280))]
    public void Recognise_Tensors_AreThoseThatAreStored(string name, string tensors, int length)
    {
        var encoder = Recognise(name).Encoder;

        Assert.Equal(tensors, string.Join(' ', encoder.Tensors.Select(one => $"{one.Role}:{one.Output}")));
        Assert.Equal(length, encoder.EmbeddingLength);
    }

    [Fact]
    public void Recognise_ExternalData_NamesTheFiles()
    {
        var encoder = StubEncoders.Normalised().SaveWithData(Path.Combine(_folder.FullName, "encoder.onnx"), "weights.bin");
        var decoder = StubDecoders.Sam1([0]).Save(Path.Combine(_folder.FullName, "decoder.onnx"));

        var model = ModelRecogniser.Recognise([encoder, decoder], TestContext.Current.CancellationToken);

        Assert.Equal([Path.Combine(_folder.FullName, "weights.bin")], model.EncoderData);
        Assert.Empty(model.DecoderData);
    }

    [Fact]
    public void Recognise_FolderOfAnyLabeling_TakesTheTwoThatItsConfigurationNames()
    {
        var folder = _folder.FullName;
        StubEncoders.RowsColumnsChannels().Save(Path.Combine(folder, "sam.encoder.onnx"));
        StubEncoders.RowsColumnsChannels().Save(Path.Combine(folder, "sam.encoder.quant.onnx"));
        StubDecoders.Sam1([0]).Save(Path.Combine(folder, "sam.decoder.onnx"));
        File.WriteAllText(
            Path.Combine(folder, "config.yaml"),
            "type: segment_anything\nencoder_model_path: sam.encoder.quant.onnx\ndecoder_model_path: \"sam.decoder.onnx\"\n");

        var model = ModelRecogniser.Recognise([folder], TestContext.Current.CancellationToken);

        Assert.Equal(Path.Combine(folder, "sam.encoder.quant.onnx"), model.EncoderPath);
    }

    [Fact]
    public void Recognise_FolderOfHuggingFace_LooksInTheFolderWithin()
    {
        var inner = _folder.CreateSubdirectory("onnx").FullName;
        StubModels.Named("huggingface-sam1").Save(inner);

        var model = ModelRecogniser.Recognise([_folder.FullName], TestContext.Current.CancellationToken);

        Assert.Equal(inner, Path.GetDirectoryName(model.DecoderPath));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ModelLayout Recognise(string name)
    {
        var (encoder, decoder) = StubModels.Named(name).Save(_folder.FullName);
        return ModelRecogniser.Recognise([encoder, decoder], TestContext.Current.CancellationToken).Layout;
    }
}
