using Google.Protobuf;
using Segmentation.Onnx;

namespace Segmentation.Sam.Weights;

/// <summary>Reads ONNX files.</summary>
internal static class OnnxFile
{
    /// <summary>Reads a graph with its weights.</summary>
    /// <exception cref="InvalidDataException">The file is not an ONNX model.</exception>
    public static ModelProto Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            return ModelProto.Parser.ParseFrom(file) is { Graph: not null } model
                ? model
                : throw new InvalidDataException($"{path} is not an ONNX file: it holds no graph.");
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException($"{path} is not an ONNX file, or it is cut off.", error);
        }
    }
}
