using Google.Protobuf;
using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Packaging;
using Segmentation.ModelBuilder.Tests.Published;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Models;
using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Tests.Weights;

public sealed class PublishedWeightsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-builder-");

    [Theory]
    [InlineData("/transformer/layers.1/self_attn/v_proj/MatMul")]
    [InlineData("/transformer/final_attn_token_to_image/out_proj/Add")]
    [InlineData("/output_hypernetworks_mlps.2/layers.1/Gemm")]
    public void ReadDecoder_MissingNode_NamesIt(string node)
    {
        var model = PublishedDecoder.Build().Model;
        model.Graph.Node.Remove(model.Graph.Node.Single(candidate => candidate.Name == node));

        var error = Assert.Throws<ModelFormatException>(
            () => new DecoderWeightReader(new PublishedWeights(model, "sam.onnx")).Read());

        Assert.StartsWith("sam.onnx: no weight", error.Message, StringComparison.Ordinal);
        Assert.Contains(node, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_WrittenAndRead_IsEqual()
    {
        var model = PublishedDecoder.Build().Model;

        Assert.Equal(model, ModelProto.Parser.ParseFrom(model.ToByteArray()));
    }

    [Fact]
    public void Model_FieldsOutsideOfTheSubset_SurviveARoundTrip()
    {
        // GraphProto field 14 (quantization_annotation), one message with field 1 = "x".
        byte[] annotation = [0x72, 0x03, 0x0A, 0x01, (byte)'x'];

        var graph = GraphProto.Parser.ParseFrom(annotation);

        Assert.Equal(annotation, graph.ToByteArray());
    }

    [Fact]
    public void Write_PublishedPair_MakesAModelThatVerifies()
    {
        var identity = new WeightsOrigin("tiny", "1.0", "MIT", "a test");

        ModelWriter.Write(PublishedPatchEncoder.Build(), PublishedDecoder.Build(), _folder.FullName, identity);

        var package = ModelPackage.Open(_folder.FullName);
        package.Verify(TestContext.Current.CancellationToken);
        Assert.Equal("tiny", package.Id);
        Assert.Equal(ModelWriter.Preprocessing, package.PreprocessingVersion);
    }

    [Fact]
    public void Write_SamePair_MakesTheSameBytes()
    {
        var identity = new WeightsOrigin("tiny", "1.0", "MIT", "a test");
        ModelManifest Write() => ModelWriter.Write(
            PublishedPatchEncoder.Build(), PublishedDecoder.Build(), _folder.FullName, identity);

        var (first, second) = (Write(), Write());

        Assert.Equal(first.Graphs.OrderBy(pair => pair.Key), second.Graphs.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void ReadFile_ExternalWeights_AreTakenFromTheFileBeside()
    {
        var model = PublishedDecoder.Build().Model;
        var tensor = model.Graph.Initializer[0];
        var expected = TensorReader.ReadFloats(tensor).Values;
        File.WriteAllBytes(Path.Combine(_folder.FullName, "weights.bin"), [0, 0, 0, 0, .. tensor.RawData]);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "4" });
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ClearRawData();
        var file = new FileInfo(Path.Combine(_folder.FullName, "model.onnx"));
        File.WriteAllBytes(file.FullName, model.ToByteArray());

        var read = PublishedFile.Read(file);

        Assert.Equal(expected, TensorReader.ReadFloats(read.Model.Graph.Initializer[0]).Values);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 1 }, "not an ONNX model")]
    [InlineData(new byte[0], "without nodes")]
    public void ReadFile_SomethingElse_IsRefused(byte[] content, string problem)
    {
        var file = new FileInfo(Path.Combine(_folder.FullName, "bad.onnx"));
        File.WriteAllBytes(file.FullName, content);

        var error = Assert.Throws<ModelFormatException>(() => PublishedFile.Read(file));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
