using Google.Protobuf;
using Segmentation.ModelBuilder.Tests.Published;
using Segmentation.Models.Layouts;
using Segmentation.Onnx;
using Segmentation.Tests.Shared.Twins;

namespace Segmentation.ModelBuilder.Tests;

public sealed class DecoderImportTests : IDisposable
{
    private static readonly DecoderLayout _official = new() { Family = "sam1" };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-import-");

    [Fact]
    public void TryBuild_HuggingFaceDecoder_OffersWhatItsFileHas()
    {
        var path = Save(DecoderTwin.Build(new TwinOptions { Form = TwinForm.HuggingFace }).Model);

        var isBuilt = DecoderImport.TryBuild(
            path, new DecoderLayout { Family = "huggingface-sam1", Tokens = [1, 2, 3] }, _folder.FullName,
            out var built, out var reason);

        Assert.True(isBuilt, reason);
        Assert.Equal([0, 1, 2, 3], built!.Tokens);
        Assert.Equal(("sam1", BoxPort.None, false, false), (built.Family, built.Box, built.TakesMask, built.IsPublished));
        Assert.All(new[] { "image", "mask", "decode" }, graph =>
            Assert.True(File.Exists(Path.Combine(_folder.FullName, $"{graph}.onnx"))));
    }

    [Fact]
    public void TryBuild_OfficialDecoder_OffersAllPrompts()
    {
        Assert.True(DecoderImport.TryBuild(
            Save(PublishedDecoder.Build().Model), _official, _folder.FullName, out var built, out _));

        Assert.Equal((BoxPort.Labels, true), (built!.Box, built.TakesMask));
    }

    [Fact]
    public void TryBuild_OtherArchitecture_IsRefused() => Assert.Contains(
        "'efficient-sam'", Refusal(PublishedDecoder.Build().Model, "efficient-sam"), StringComparison.Ordinal);

    [Fact]
    public void TryBuild_SamHq_IsRefused()
    {
        var model = PublishedDecoder.Build().Model;
        model.Graph.Initializer.Add(new TensorProto { Name = "mask_decoder.hf_mlp.layers.0.weight", DataType = 1, Dims = { 0 } });

        Assert.Contains("SAM-HQ", Refusal(model), StringComparison.Ordinal);
    }

    [Fact]
    public void TryBuild_WeightsInFourBits_SaysWhichFileToTake()
    {
        var model = PublishedDecoder.Build().Model;
        model.Graph.Node.Single(node => node.Name == "/transformer/layers.1/self_attn/v_proj/MatMul").OpType = "MatMulNBits";

        Assert.Contains("4 bits", Refusal(model), StringComparison.Ordinal);
    }

    [Fact]
    public void TryBuild_DataFileMissing_NamesIt()
    {
        var model = PublishedDecoder.Build().Model;
        Externalise(model.Graph.Initializer[0], "decoder.onnx_data");

        var reason = Refusal(model);

        Assert.Contains("'decoder.onnx_data'", reason, StringComparison.Ordinal);
        Assert.Contains("one folder", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TryBuild_DataFileCutOff_NamesTheWeight()
    {
        var model = PublishedDecoder.Build().Model;
        var tensor = model.Graph.Initializer[0];
        Externalise(tensor, "decoder.onnx_data");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "decoder.onnx_data"), new byte[3]);

        Assert.Contains($"'{tensor.Name}'", Refusal(model), StringComparison.Ordinal);
    }

    [Fact]
    public void TryBuild_HypernetworkLeftOut_DoesNotOfferItsMask()
    {
        const string First = "output_hypernetworks_mlps.0";
        var model = PublishedDecoder.Build().Model;
        Remove(model.Graph.Initializer, tensor => tensor.Name.Contains(First, StringComparison.Ordinal));
        Remove(model.Graph.Node, node => node.Name.Contains(First, StringComparison.Ordinal));

        Assert.True(DecoderImport.TryBuild(Save(model), _official, _folder.FullName, out var built, out var reason), reason);

        Assert.Equal([1, 2, 3], built!.Tokens);
    }

    [Fact]
    public void TryBuild_BiasSharedByTwoLayers_NeedsTheirNodesNames()
    {
        var model = PublishedDecoder.Build().Model;
        Share(model.Graph, "mask_decoder.transformer.layers.0.self_attn.k_proj.bias",
            "mask_decoder.transformer.layers.0.self_attn.q_proj.bias");

        Assert.True(DecoderImport.TryBuild(Save(model), _official, _folder.FullName, out _, out var reason), reason);

        NumberedNames.Apply(model.Graph, isDynamo: false);
        Assert.Contains("no weight 'transformer.layers.0.self_attn.", Refusal(model), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Refusal(ModelProto model, string family = "sam1")
    {
        var isBuilt = DecoderImport.TryBuild(
            Save(model), new DecoderLayout { Family = family }, _folder.FullName, out var built, out var reason);

        Assert.False(isBuilt);
        Assert.Null(built);
        return reason!;
    }

    private string Save(ModelProto model)
    {
        var path = Path.Combine(_folder.FullName, "decoder.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static void Externalise(TensorProto tensor, string file)
    {
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = file });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{tensor.RawData.Length}" });
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ClearRawData();
    }

    private static void Share(GraphProto graph, string removed, string kept)
    {
        Remove(graph.Initializer, tensor => tensor.Name == removed);
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] == removed ? kept : node.Input[i];
            }
        }
    }

    private static void Remove<T>(IList<T> list, Func<T, bool> condition)
    {
        foreach (var item in list.Where(condition).ToArray())
        {
            list.Remove(item);
        }
    }
}
