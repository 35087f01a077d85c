using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding.Published;

/// <summary>
/// Runs a decoder as it was published, by ONNX Runtime. Answers are made from its low-resolution logits: what exports
/// make of them at the size of an image was often traced for one size and no other.
/// </summary>
internal sealed class PublishedDecoder : IPromptDecoder
{
    private const int Side = ImageGeometry.LowResSide;

    private readonly InferenceSession _session;
    private readonly ModelLayout _layout;
    private readonly GraphPort[] _inputs;
    private readonly GraphPort[] _outputs;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly PromptTensors _prompts = new();
    private readonly OrtValue? _positional;
    private readonly bool _isBatched;
    private readonly int _stacked = 1;

    /// <param name="model">The model, whose decoder is published.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    /// <exception cref="InvalidDataException">The graph has not the inputs and outputs of the layout.</exception>
    public PublishedDecoder(ModelPackage model, RuntimeOptions options)
    {
        _layout = model.Layout;
        var ports = _layout.Decoder.Ports!;
        _inputs = [.. ports.Where(port => port.Role < DecoderRole.LowResLogits)];
        _outputs =
        [
            Find(ports, DecoderRole.LowResLogits),
            Find(ports, DecoderRole.Scores),
            .. ports.Where(port => port.Role == DecoderRole.ObjectScore),
        ];
        _inputNames = [.. _inputs.Select(port => port.Name)];
        _outputNames = [.. _outputs.Select(port => port.Name)];
        var path = model.PathOf(ModelManifest.Decoder);
        _session = SessionFactory.Create(path, options, _inputNames, _outputNames);
        var unknown = _session.InputNames.Except(_inputNames).ToList();
        if (unknown.Count > 0)
        {
            throw new InvalidDataException(
                $"{path} has inputs that the model's layout does not name: {string.Join(", ", unknown)}. "
                + "Add the model again.");
        }

        _isBatched = TakesSeveral();
        if (_inputs.FirstOrDefault(port => port.Role == DecoderRole.Intermediate) is { Rank: > 4 } intermediate)
        {
            _stacked = Math.Max(1, Dimensions(intermediate)[0]);
        }

        if (_inputs.FirstOrDefault(port => port.Role == DecoderRole.Positional) is { } positional)
        {
            _positional = PromptTensors.Convert(
                GridPositions.Read(model, positional, options),
                positional,
                [256, ImageGeometry.GridSide, ImageGeometry.GridSide]);
        }
    }

    /// <summary>
    /// 2 where a run takes several prompts: ONNX Runtime multiplies a single row by another kernel, whose sums differ
    /// in the last bit.
    /// </summary>
    public int MinBatch => _isBatched ? 2 : 1;

    /// <inheritdoc/>
    public SegmentWorkspace CreateWorkspace(bool lendsMasks) => new([], lendsMasks);

    /// <inheritdoc/>
    public PreparedImage Prepare(Memory<float> embedding, ImageGeometry geometry, YieldPoint yieldPoint)
    {
        var image = new PreparedEmbedding(embedding.Span, geometry);
        var offset = 0;
        foreach (var tensor in _layout.Encoder.Tensors)
        {
            yieldPoint.Check();
            foreach (var port in _inputs.Where(port => RoleOf(port) == tensor.Role))
            {
                image.Add(port, tensor, offset, tensor.Role == TensorRole.Intermediate ? _stacked : 1);
            }

            offset += tensor.Length;
        }

        return image;
    }

    /// <inheritdoc/>
    public void Restore(PreparedImage image, Span<float> embedding, YieldPoint yieldPoint) =>
        ((PreparedEmbedding)image).Values.CopyTo(embedding);

    /// <inheritdoc/>
    public AlignedBuffer? PrecomputeProjections(PreparedImage image, YieldPoint yieldPoint) => null;

    /// <inheritdoc/>
    public AlignedBuffer? ProjectionsOf(PreparedImage image, YieldPoint yieldPoint) => null;

    /// <inheritdoc/>
    public void Decode(
        PreparedImage image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        SegmentWorkspace workspace,
        CancellationToken cancellationToken)
    {
        var yieldPoint = new YieldPoint(batch.OnYield, cancellationToken);
        var count = _isBatched ? batch.Count : 1;
        for (var first = 0; first < batch.Count; first += count)
        {
            Run((PreparedEmbedding)image, batch, first, count, logits.Span, predictedIou.Span, yieldPoint);
        }

        GC.KeepAlive(image);
    }

    public void Dispose()
    {
        _positional?.Dispose();
        _session.Dispose();
    }

    private void Run(
        PreparedEmbedding image,
        DecodeBatch batch,
        int first,
        int count,
        Span<float> logits,
        Span<float> predictedIou,
        YieldPoint yieldPoint)
    {
        var made = new List<OrtValue>();
        try
        {
            OrtValue InputOf(GraphPort port)
            {
                if (RoleOf(port) is { } role)
                {
                    return role == TensorRole.Positional ? _positional! : image.Tensor(port.Role);
                }

                var input = _prompts.Make(port, batch, first, count);
                made.Add(input);
                return input;
            }

            using var outputs = SessionFactory.Run(
                _session, _inputNames, [.. _inputs.Select(InputOf)], _outputNames, yieldPoint);
            Read(outputs, batch, first, count, logits, predictedIou);
        }
        finally
        {
            made.ForEach(input => input.Dispose());
        }
    }

    private void Read(
        IReadOnlyList<OrtValue> outputs,
        DecodeBatch batch,
        int first,
        int count,
        Span<float> logits,
        Span<float> predictedIou)
    {
        var tokens = _layout.Decoder.Tokens;
        var masks = new OutputValues(outputs[0], _outputs[0], count * tokens.Count * Side * Side);
        var scores = new OutputValues(outputs[1], _outputs[1], count * tokens.Count);
        if (outputs.Count > 2)
        {
            batch.ObjectScoreLogits ??= new float[batch.Count];
            new OutputValues(outputs[2], _outputs[2], count).CopyTo(0, batch.ObjectScoreLogits.AsSpan(first, count));
        }

        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < tokens.Count; j++)
            {
                predictedIou[(first + i) * 4 + tokens[j]] = scores[i * tokens.Count + j];
                var wanted = Array.IndexOf(batch.MaskTokens, tokens[j]);
                if (wanted < 0)
                {
                    continue;
                }

                var plane = ((first + i) * batch.MaskTokens.Length + wanted) * batch.PlaneLength;
                for (var row = 0; row < batch.LogitRows; row++)
                {
                    masks.CopyTo(
                        ((i * tokens.Count + j) * Side + row) * Side,
                        logits.Slice(plane + row * batch.LogitColumns, batch.LogitColumns));
                }
            }
        }
    }

    // Several prompts go into a run where the graph leaves their number open in every input that depends on it.
    private bool TakesSeveral() => _inputs.All(port => port.Role switch
    {
        DecoderRole.Points => Dimensions(port)[port.Rank - 3] < 0,
        DecoderRole.Labels => Dimensions(port)[port.Rank - 2] < 0,
        DecoderRole.MaskInput => Dimensions(port)[0] < 0,
        DecoderRole.Boxes => Dimensions(port)[port.Rank - 2] < 0,
        _ => true,
    });

    private int[] Dimensions(GraphPort port)
    {
        var dimensions = _session.InputMetadata[port.Name].Dimensions;
        return dimensions.Length == port.Rank
            ? dimensions
            : throw new InvalidDataException(
                $"The decoder's input '{port.Name}' has {dimensions.Length} dimensions where the model's layout says "
                + $"{port.Rank}: add the model again.");
    }

    private static GraphPort Find(IEnumerable<GraphPort> ports, DecoderRole role) =>
        ports.FirstOrDefault(port => port.Role == role)
        ?? throw new InvalidDataException(
            $"The model's layout names no output of the role {role}: add the model again.");

    /// <summary>The encoder's tensor that an input takes; null for an input that depends on the prompts.</summary>
    private static TensorRole? RoleOf(GraphPort port) => port.Role switch
    {
        DecoderRole.Embedding => TensorRole.Embedding,
        DecoderRole.HighRes0 => TensorRole.HighRes0,
        DecoderRole.HighRes1 => TensorRole.HighRes1,
        DecoderRole.Intermediate => TensorRole.Intermediate,
        DecoderRole.Positional => TensorRole.Positional,
        _ => null,
    };
}
