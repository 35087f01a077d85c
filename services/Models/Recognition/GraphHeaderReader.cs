using Google.Protobuf;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Models.Recognition;

/// <summary>Reads a graph's header. Weights are stepped over: the memory needed does not grow with the file.</summary>
internal sealed class GraphHeaderReader
{
    private readonly List<TensorPort> _inputs = [];
    private readonly List<TensorPort> _outputs = [];
    private readonly Dictionary<string, DataType> _initializers = [];
    private readonly List<string> _convolutions = [];
    private readonly Dictionary<string, string> _metadata = [];
    private readonly ExternalData _external;
    private readonly string _path;
    private readonly ProtobufCursor _cursor;
    private string _producer = "";
    private string _version = "";
    private int _nodes;

    private GraphHeaderReader(string path, Stream stream)
    {
        _path = path;
        _cursor = new ProtobufCursor(stream);
        _external = new ExternalData(path);
    }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelException">
    /// The file is no ONNX file, was cut short, or lacks a file with its weights.
    /// </exception>
    public static GraphHeader Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            FileKind.Check(path, stream);
            var reader = new GraphHeaderReader(path, stream);
            reader.ReadModel(stream.Length);
            return reader.ToHeader();
        }
        catch (EndOfStreamException exception)
        {
            throw new ModelException(
                $"'{path}' was cut short: it ends in the middle of the graph. Download it again.", exception);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException
            or OverflowException)
        {
            throw new ModelException(FileKind.NoOnnx(path), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"'{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private GraphHeader ToHeader()
    {
        if (_nodes == 0 || _outputs.Count == 0)
        {
            throw new ModelException(FileKind.NoOnnx(_path));
        }

        return new GraphHeader
        {
            Path = _path,
            // Old exporters list weights among the inputs too.
            Inputs = [.. _inputs.Where(input => !_initializers.ContainsKey(input.Name))],
            Outputs = _outputs,
            DataFiles = _external.Check(),
            HasSignedConvolution = _convolutions.Any(
                weights => _initializers.GetValueOrDefault(weights) == DataType.Int8),
            Metadata = _metadata,
            Producer = $"{_producer} {_version}".Trim(),
        };
    }

    private void ReadModel(long end)
    {
        while (_cursor.Next(end))
        {
            switch (_cursor.Field)
            {
                case ModelProto.ProducerNameFieldNumber when _cursor.IsDelimited:
                    _producer = ReadText(end);
                    break;
                case ModelProto.ProducerVersionFieldNumber when _cursor.IsDelimited:
                    _version = ReadText(end);
                    break;
                case ModelProto.MetadataPropsFieldNumber when _cursor.IsDelimited:
                    var entry = StringStringEntryProto.Parser.ParseFrom(_cursor.ReadBytes(end));
                    _metadata[entry.Key] = entry.Value;
                    break;
                case ModelProto.GraphFieldNumber when _cursor.IsDelimited:
                    ReadGraph(_cursor.Enter(end));
                    break;
                default:
                    _cursor.Skip(end);
                    break;
            }
        }
    }

    private void ReadGraph(long end)
    {
        while (_cursor.Next(end))
        {
            switch (_cursor.Field)
            {
                case GraphProto.NodeFieldNumber when _cursor.IsDelimited:
                    ReadNode(NodeProto.Parser.ParseFrom(_cursor.ReadBytes(end)));
                    break;
                case GraphProto.InitializerFieldNumber when _cursor.IsDelimited:
                    ReadInitializer(_cursor.Enter(end));
                    break;
                case GraphProto.InputFieldNumber when _cursor.IsDelimited:
                    _inputs.Add(ReadPort(end));
                    break;
                case GraphProto.OutputFieldNumber when _cursor.IsDelimited:
                    _outputs.Add(ReadPort(end));
                    break;
                default:
                    _cursor.Skip(end);
                    break;
            }
        }
    }

    private void ReadNode(NodeProto node)
    {
        _nodes++;
        if (node.OpType == "ConvInteger" && node.Input.Count > 1)
        {
            _convolutions.Add(node.Input[1]);
        }

        foreach (var tensor in node.Attribute.Where(one => one.T is not null).Select(one => one.T))
        {
            _external.Add(tensor);
        }
    }

    private void ReadInitializer(long end)
    {
        // Name, type and place only: the values are stepped over.
        var tensor = new TensorProto();
        while (_cursor.Next(end))
        {
            switch (_cursor.Field)
            {
                case TensorProto.NameFieldNumber when _cursor.IsDelimited:
                    tensor.Name = ReadText(end);
                    break;
                case TensorProto.DataTypeFieldNumber when !_cursor.IsDelimited:
                    tensor.DataType = (int)_cursor.ReadVarint();
                    break;
                case TensorProto.ExternalDataFieldNumber when _cursor.IsDelimited:
                    tensor.ExternalData.Add(StringStringEntryProto.Parser.ParseFrom(_cursor.ReadBytes(end)));
                    break;
                case TensorProto.DataLocationFieldNumber when !_cursor.IsDelimited:
                    tensor.DataLocation = (TensorProto.Types.DataLocation)_cursor.ReadVarint();
                    break;
                default:
                    _cursor.Skip(end);
                    break;
            }
        }

        _initializers[tensor.Name] = (DataType)tensor.DataType;
        _external.Add(tensor);
    }

    private TensorPort ReadPort(long end)
    {
        var value = ValueInfoProto.Parser.ParseFrom(_cursor.ReadBytes(end));
        var tensor = value.Type?.TensorType;
        return new TensorPort(
            value.Name,
            (DataType)(tensor?.ElemType ?? 0),
            tensor?.Shape?.Dim.Select(one => one.HasDimValue ? one.DimValue : (long?)null).ToArray());
    }

    private string ReadText(long end) => System.Text.Encoding.UTF8.GetString(_cursor.ReadBytes(end));
}
