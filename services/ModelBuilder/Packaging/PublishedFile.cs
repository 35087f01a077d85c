using System.Globalization;
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

        var path = Path.Combine(file.DirectoryName!, location);
        if (!File.Exists(path))
        {
            throw new ModelFormatException(
                $"{file.FullName}: its weights are in the file '{location}', which is not beside it. Put both into one folder.");
        }

        using var stream = File.OpenRead(path);
        var offset = Number(entries, "offset") ?? 0;
        var length = Number(entries, "length") ?? stream.Length - offset;
        if (offset < 0 || length < 0 || length > int.MaxValue || offset > stream.Length - length)
        {
            throw new ModelFormatException(
                $"{path}: weight '{tensor.Name}' needs bytes {offset} to {offset + length} of a file of {stream.Length}. "
                + "The file is not whole, or belongs to another model.");
        }

        stream.Seek(offset, SeekOrigin.Begin);
        var data = new byte[length];
        stream.ReadExactly(data);
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(data);
        tensor.ClearDataLocation();
        tensor.ExternalData.Clear();
    }

    private static long? Number(Dictionary<string, string> entries, string key) =>
        entries.TryGetValue(key, out var text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
