using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared;

/// <summary>The published layouts that can be served, as pairs of stubs, each by its name.</summary>
internal static class StubModels
{
    private static readonly int[] _four = [0, 1, 2, 3];

    private static readonly Dictionary<string, Func<(StubGraph Encoder, StubGraph Decoder)>> _pairs = new()
    {
        ["sam1"] = () => (StubEncoders.Normalised(), StubDecoders.Sam1(_four)),
        ["sam1-batch"] = () => (StubEncoders.Normalised("x", "batch"), StubDecoders.Sam1(_four)),
        ["sam1-single"] = () => (StubEncoders.Normalised("image"), StubDecoders.Sam1([0])),
        ["sam1-extra-metrics"] = () =>
            (StubEncoders.Normalised("input"), StubDecoders.Sam1(_four, hasExtraMetrics: true)),
        ["sam1-cvat"] = () => (StubEncoders.Normalised("input_image"), StubDecoders.Sam1(_four, hasMaskBox: true)),
        ["sam1-half"] = () => (
            StubEncoders.Normalised("x", 1, DataType.Float16), StubDecoders.Sam1(_four, type: DataType.Float16)),
        ["sam1-rows-columns-channels"] = () => (StubEncoders.RowsColumnsChannels(), StubDecoders.Sam1([0])),
        ["sam1-bytes"] = () => (StubEncoders.Bytes("height", "width"), StubDecoders.Sam1(_four)),
        ["sam1-bytes-fixed"] = () => (StubEncoders.Bytes(720, 1024), StubDecoders.Sam1(_four)),
        ["sam1-quantised"] = () => (StubEncoders.Quantised(isSigned: false), StubDecoders.Sam1(_four)),
        ["huggingface-sam1"] = () =>
            (StubEncoders.HuggingFaceSam1(), StubDecoders.HuggingFaceSam1(hasBoxes: false)),
        ["huggingface-sam1-boxes"] = () =>
            (StubEncoders.HuggingFaceSam1(), StubDecoders.HuggingFaceSam1(hasBoxes: true)),
        ["efficient-sam"] = () => (StubEncoders.EfficientSam(), StubDecoders.EfficientSam()),
        ["edge-sam"] = () => (StubEncoders.Normalised("image"), StubDecoders.EdgeSam()),
        ["sam-hq"] = () => (StubEncoders.SamHq(768, isStacked: false), StubDecoders.SamHq(768)),
        ["sam-hq-stacked"] = () => (StubEncoders.SamHq(1280, isStacked: true), StubDecoders.SamHq(1280)),
        ["sam2-samexporter"] = () => (Samexporter(), StubDecoders.Sam2Samexporter()),
        ["sam2-ib"] = () => (Samexporter(), StubDecoders.Sam2Ib()),
        ["sam2-darktable"] = () => (Samexporter(), StubDecoders.Sam2Darktable()),
        ["sam2-rectlabel"] = () => (
            StubEncoders.Sam2("input", "image_embeddings", "high_res_features1", "high_res_features2"),
            StubDecoders.Sam2RectLabel()),
        ["sam2-ort"] = () => (
            StubEncoders.Sam2("image", "image_embeddings", "image_features_0", "image_features_1"),
            StubDecoders.Sam2OrtTools([0])),
        ["sam2-ort-three"] = () => (
            StubEncoders.Sam2("image", "image_embeddings", "image_features_0", "image_features_1"),
            StubDecoders.Sam2OrtTools([1, 2, 3])),
        ["huggingface-sam2"] = () => (
            StubEncoders.Sam2(
                "pixel_values", "image_embeddings.2", "image_embeddings.0", "image_embeddings.1", "batch_size"),
            StubDecoders.HuggingFaceSam2()),
    };

    /// <summary>Names of all pairs.</summary>
    public static IEnumerable<string> Names => _pairs.Keys;

    /// <summary>Makes a pair.</summary>
    public static StubModel Named(string name)
    {
        var (encoder, decoder) = _pairs[name]();
        return new StubModel(name, encoder, decoder);
    }

    private static StubGraph Samexporter() =>
        StubEncoders.Sam2("image", "image_embed", "high_res_feats_0", "high_res_feats_1");
}
