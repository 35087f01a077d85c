using Segmentation.Models.Recognition;
using Segmentation.Tests.Shared;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Models.Tests.Recognition;

/// <summary>Files that cannot be served are refused with the reason and with what would work.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-refusals-");

    [Fact]
    public void Recognise_MissingDataFile_NamesTheFileToDownload()
    {
        var encoder = StubEncoders.Normalised().SaveWithData(File("encoder.onnx"), "sam_vit_h_data.bin");
        System.IO.File.Delete(File("sam_vit_h_data.bin"));

        AssertRefused([encoder, Decoder()], "has its weights in the file 'sam_vit_h_data.bin', which is missing",
            "Download 'sam_vit_h_data.bin' too, and put it beside the graph");
    }

    [Fact]
    public void Recognise_DataFileCutShort_NamesBothLengths()
    {
        var encoder = StubEncoders.Normalised().SaveWithData(File("encoder.onnx"), "weights.bin");
        System.IO.File.WriteAllBytes(File("weights.bin"), new byte[10]);

        AssertRefused([encoder, Decoder()], "weights.bin' was cut short: it has 10 bytes", "up to byte 4096");
    }

    [Fact]
    public void Recognise_DataFileInAnotherFolder_IsRefused()
    {
        var encoder = StubEncoders.Normalised().SaveWithData(File("encoder.onnx"), "weights.bin");
        var bytes = System.IO.File.ReadAllBytes(encoder);
        var place = bytes.AsSpan().IndexOf("weights.bin"u8);
        while (place >= 0)
        {
            "../ghts.bin"u8.CopyTo(bytes.AsSpan(place));
            place = bytes.AsSpan().IndexOf("weights.bin"u8);
        }

        System.IO.File.WriteAllBytes(encoder, bytes);

        AssertRefused([encoder, Decoder()], "in '../ghts.bin', which is not a file beside the graph");
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void Recognise_TruncatedFile_SaysThatItWasCutShort(double part)
    {
        var bytes = StubEncoders.Normalised().ToBytes();
        var encoder = Write("encoder.onnx", bytes[..(int)(bytes.Length * part)]);

        AssertRefused([encoder, Decoder()], "encoder.onnx' was cut short", "Download it again");
    }

    [Fact]
    public void Recognise_OrtFile_AsksForTheOnnxFile()
    {
        var file = Write("encoder.with_runtime_opt.ort", [0x20, 0, 0, 0, .. "ORTM"u8, .. new byte[100]]);

        AssertRefused([file, Decoder()], "ONNX Runtime's own format (.ort)", "Take the .onnx file");
    }

    [Theory]
    [InlineData("PK\u0003\u0004 and more of it", "ZIP archive or a PyTorch checkpoint")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "pointer of Git LFS")]
    [InlineData("<!DOCTYPE html><html><body>Not found", "is not an ONNX graph")]
    [InlineData("", "is empty")]
    public void Recognise_AnotherKindOfFile_SaysWhich(string contents, string reason)
    {
        var file = Write("encoder.onnx", System.Text.Encoding.Latin1.GetBytes(contents));

        AssertRefused([file, Decoder()], reason);
    }

    [Theory]
    [InlineData("memory_attention", "memory")]
    [InlineData("pointer", "normalized_diffs")]
    [InlineData("vision_encoder", "feats2")]
    [InlineData("mask_decoder", "feats2_cond")]
    public void Recognise_VideoGraph_NamesThePictureGraphsInstead(string kind, string port)
    {
        var graph = new StubGraph();
        var first = kind == "vision_encoder"
            ? graph.Input("pixel_values", DataType.Float, 1, 3, 1024, 1024)
            : graph.Input(port, DataType.Float, "n", 1, 64);
        if (kind == "mask_decoder")
        {
            graph.Input("input_points", DataType.Float, 1, 1, "num_points", 2);
        }

        graph.Output(first, kind == "vision_encoder" ? port : "result", DataType.Float, "n", 1, 64);

        AssertRefused(
            [graph.Save(File("video.onnx"))],
            $"belongs to a SAM 2 for video (it has '{port}')", "Add the encoder and decoder for pictures");
    }

    [Theory]
    [InlineData("input_ids")]
    [InlineData("tokens")]
    [InlineData("text_features")]
    public void Recognise_TextGraph_SaysThatPromptsAreNoText(string port)
    {
        var graph = new StubGraph();
        graph.Output(graph.Input(port, DataType.Int64, 1, 32), "embeds", DataType.Int64, 1, 32);

        AssertRefused([graph.Save(File("text.onnx"))], "reads text");
    }

    [Fact]
    public void Recognise_ConvolutionOfSignedIntegers_AsksForUnsigned()
    {
        var encoder = StubEncoders.Quantised(isSigned: true).Save(File("encoder.onnx"));

        AssertRefused([encoder, Decoder()], "QInt8", "ConvInteger", "Take the file quantised to QUInt8");
    }

    [Theory]
    [InlineData(512, "has squares of 512 pixels where this program has 1024")]
    [InlineData(256, "as SAM-Med2D")]
    [InlineData(1008, "is a tracker of SAM 3")]
    public void Recognise_OtherSide_SaysWhichIsServed(int side, string reason)
    {
        var graph = new StubGraph();
        var pixels = graph.Input("image", DataType.Float, 1, 3, side, side);
        graph.Output(pixels, "image_embeddings", DataType.Float, 1, 256, 64, 64);

        AssertRefused([graph.Save(File("encoder.onnx")), Decoder()], reason, "Take a ");
    }

    [Fact]
    public void Recognise_TrackerOfSam3_IsRefusedByEitherGraph()
    {
        var encoder = StubEncoders.Sam2(
            "pixel_values", "image_embeddings.2", "image_embeddings.0", "image_embeddings.1", "batch_size", 1008);

        AssertRefused([encoder.Save(File("encoder.onnx"))], "is a tracker of SAM 3");
        AssertRefused([StubDecoders.HuggingFaceSam2(72).Save(File("decoder.onnx"))], "is a tracker of SAM 3");
    }

    [Fact]
    public void Recognise_EncoderOfSam3_IsRefused()
    {
        var graph = new StubGraph();
        var pixels = graph.Input("image", DataType.Uint8, 3, 1008, 1008);
        graph.Output(pixels, "vision_pos_enc_2", DataType.Uint8, 1, 256, 72, 72);

        AssertRefused([graph.Save(File("sam3.onnx"))], "belongs to SAM 3");
    }

    [Fact]
    public void Recognise_DecoderAlone_AsksForItsEncoder() =>
        AssertRefused([Decoder()], "is a decoder (SAM 1), and its encoder is not here", "Name both files");

    [Fact]
    public void Recognise_EncoderAlone_AsksForItsDecoder() => AssertRefused(
        [StubEncoders.Normalised().Save(File("encoder.onnx"))],
        "is an encoder, and its decoder is not here", "Name both files");

    [Fact]
    public void Recognise_HalvesOfTwoModels_SayWhatEachHas()
    {
        var encoder = StubEncoders.Normalised().Save(File("encoder.onnx"));
        var decoder = StubDecoders.Sam2RectLabel().Save(File("decoder.onnx"));

        AssertRefused([encoder, decoder], "do not belong together", "(SAM 2) takes", "high_res_features1");
    }

    [Fact]
    public void Recognise_SamHqOfTwoSizes_SayTheirChannels()
    {
        var encoder = StubEncoders.SamHq(768, isStacked: true).Save(File("encoder.onnx"));
        var decoder = StubDecoders.SamHq(1024).Save(File("decoder.onnx"));

        AssertRefused([encoder, decoder], "do not belong together", "768 channels, the decoder takes 1024");
    }

    [Fact]
    public void Recognise_OneGraphForBoth_AsksForThePair()
    {
        var graph = new StubGraph();
        var pixels = graph.Input("pixel_values", DataType.Float, 1, 3, 1024, 1024);
        graph.Input("input_points", DataType.Float, 1, 1, "n", 2);
        graph.Output(pixels, "pred_masks", DataType.Float, 1, 3, 1024, 1024);

        AssertRefused([graph.Save(File("model.onnx"))], "is encoder and decoder in one graph", "Add the pair");
    }

    [Fact]
    public void Recognise_UnknownGraph_ListsItsPorts()
    {
        var graph = new StubGraph();
        graph.Output(graph.Input("signal", DataType.Float, "n", 40), "label", DataType.Float, "n", 40);

        AssertRefused(
            [graph.Save(File("other.onnx"))],
            "is no encoder or decoder that can be served", "signal [?,40]", "label [?,40]", "docs/models.md");
    }

    [Fact]
    public void Recognise_DecoderWithAnUnknownInput_NamesIt()
    {
        var graph = StubDecoders.Sam1([0]);
        graph.Input("temperature", DataType.Float, 1);

        AssertRefused([graph.Save(File("decoder.onnx"))], "the input 'temperature' of this decoder is not known");
    }

    [Fact]
    public void Recognise_GraphsOfModelBuilder_AreAModelAlready()
    {
        var graph = new StubGraph();
        graph.Input("sizes", DataType.Int64, "batch", 2);
        graph.Output(graph.Input("pixels", DataType.Uint8, "batch", 1024, 1024, 3), "out", DataType.Uint8, 1);

        AssertRefused([graph.Save(File("encoder.onnx"))], "was written by ModelBuilder");
    }

    [Fact]
    public void Recognise_SeveralPairs_ListsThem()
    {
        StubModels.Named("sam1").Save(_folder.FullName);
        StubEncoders.Normalised("image").Save(File("third.onnx"));

        AssertRefused([_folder.FullName], "There are several pairs", "first.onnx", "third.onnx");
    }

    [Fact]
    public void Recognise_NoGraphAtAll_SaysSo()
    {
        AssertRefused([_folder.FullName], "has no .onnx file in it");
        AssertRefused([File("nothing.onnx")], "There is no file or folder");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void AssertRefused(string[] paths, params string[] parts)
    {
        var error = Assert.Throws<ModelException>(
            () => ModelRecogniser.Recognise(paths, TestContext.Current.CancellationToken));

        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    private string Decoder() => StubDecoders.Sam1([0, 1, 2, 3]).Save(File("decoder.onnx"));
}
