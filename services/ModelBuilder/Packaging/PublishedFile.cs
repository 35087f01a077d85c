using Google.Protobuf;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Packaging;

/// <summary>Reads ONNX files, with the weights that large exports store in files beside them.</summary>
internal static class PublishedFile
{
    public static PublishedWeights Read(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new ModelFormatException($"{file.FullName}: no such file.");
        }

        ModelProto model;
        try
        {
            using var stream = file.OpenRead();
            model = ModelProto.Parser.ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new ModelFormatException($"{file.FullName}: not an ONNX model: {exception.Message}", exception);
        }

        if (model.Graph is null || model.Graph.Node.Count == 0)
        {
            throw new ModelFormatException($"{file.FullName}: an ONNX model without nodes.");
        }

        foreach (var tensor in model.Graph.Initializer)
        {
            if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            {
                ReadExternal(tensor, file);
            }
        }

        return new PublishedWeights(model, file.Name);
    }

    private static void ReadExternal(TensorProto tensor, FileInfo file)
    {
        var entries = tensor.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
        if (!entries.TryGetValue("location", out var location) || location != Path.GetFileName(location))
        {
            throw new ModelFormatException(
                $"{file.FullName}: weight '{tensor.Name}' is stored at '{location}', not in a file beside the model.");
        }

        var offset = entries.TryGetValue("offset", out var from) ? long.Parse(from, null) : 0;
        using var stream = File.OpenRead(Path.Combine(file.DirectoryName!, location));
        var length = entries.TryGetValue("length", out var size) ? long.Parse(size, null) : stream.Length - offset;
        stream.Seek(offset, SeekOrigin.Begin);
        var data = new byte[checked((int)length)];
        stream.ReadExactly(data);
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(data);
        tensor.ClearDataLocation();
        tensor.ExternalData.Clear();
    }
}
