using System.Security.Cryptography;
using Google.Protobuf;
using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Encoder;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Models;
using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Packaging;

/// <summary>Builds the four graphs and writes them with their manifest.</summary>
internal static class ModelWriter
{
    /// <summary>
    /// Name of the transform that the encoder graph and the image code implement together. Keys of embeddings contain
    /// this name.
    /// </summary>
    public const string Preprocessing = "sam-1024-bilinear-v1";

    public static ModelManifest Write(
        PublishedWeights encoder, PublishedWeights decoder, string folder, WeightsOrigin identity)
    {
        var weights = new DecoderWeightReader(decoder).Read();
        var graphs = WriteDecoder(weights, folder);
        var manifest = new ModelManifest
        {
            Id = identity.Id,
            Version = identity.Version,
            Licence = identity.Licence,
            Preprocessing = Preprocessing,
            Source = identity.Source,
            Graphs = new Dictionary<string, GraphFile>
            {
                [ModelManifest.Encoder] = Save(folder, ModelManifest.Encoder, EncoderGraph.Build(encoder)),
                [ModelManifest.Image] = graphs[ModelManifest.Image],
                [ModelManifest.Mask] = graphs[ModelManifest.Mask],
                [ModelManifest.Decode] = graphs[ModelManifest.Decode],
            },
        };
        manifest.Write(folder);
        return manifest;
    }

    /// <summary>Writes the three graphs of a decoder.</summary>
    public static IReadOnlyDictionary<string, GraphFile> WriteDecoder(PublishedDecoderWeights weights, string folder)
    {
        Directory.CreateDirectory(folder);
        return new Dictionary<string, GraphFile>
        {
            [ModelManifest.Image] = Save(folder, ModelManifest.Image, ImageGraph.Build(weights)),
            [ModelManifest.Mask] = Save(folder, ModelManifest.Mask, MaskGraph.Build(weights)),
            [ModelManifest.Decode] = Save(folder, ModelManifest.Decode, DecodeGraph.Build(weights)),
        };
    }

    private static GraphFile Save(string folder, string graph, ModelProto model)
    {
        var bytes = model.ToByteArray();
        var file = $"{graph}.onnx";
        File.WriteAllBytes(Path.Combine(folder, file), bytes);
        return new GraphFile(file, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
    }
}
