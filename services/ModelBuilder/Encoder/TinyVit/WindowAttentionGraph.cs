using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>
/// Reference: the attention half of <c>TinyViTBlock.forward</c>. Windows that reach over the edge are filled with zero
/// tokens, which take part as any other.
/// </summary>
internal sealed class WindowAttentionGraph
{
    private const float Epsilon = 1e-5f;
    private readonly GraphBuilder _graph;
    private readonly WindowBlock _weights;
    private readonly int _side;
    private readonly string _bias;
    private readonly (string Scale, string Bias) _norm;
    private readonly (string Weight, string Bias)[] _parts;
    private readonly (string Weight, string Bias) _projection;

    /// <summary>The weights are made once and shared by all bands.</summary>
    public WindowAttentionGraph(GraphBuilder graph, WindowBlock weights, int side)
    {
        (_graph, _weights, _side) = (graph, weights, side);
        var bias = SharedBiasTable.Find(weights.AttentionBias) is { } shared
            ? shared.Make(graph)
            : graph.Constant(weights.AttentionBias);
        _bias = graph.Make("Unsqueeze", [bias, graph.Integers(0)]);
        _norm = (graph.Constant(weights.AttentionNorm.Scale), graph.Constant(weights.AttentionNorm.Bias));
        _parts = [.. Enumerable.Range(0, 3).Select(part => Linear(weights.Part(part)))];
        _projection = Linear(weights.Projection);
    }

    /// <summary>A band [B, rows, S, C] plus its attention.</summary>
    public string Make(string band, int rows)
    {
        var (window, channels) = (_weights.Window, _weights.Channels);
        var (down, across) = ((rows + window - 1) / window, (_side + window - 1) / window);
        var padded = rows == down * window && _side == across * window
            ? band
            : _graph.MakePad(band, 1, (down * window) - rows, 2, (across * window) - _side);

        // [B, down w, across w, C] -> windows [B down across, w w, C].
        var windows = _graph.MakeReshape(
            _graph.MakeTranspose(
                _graph.MakeReshape(padded, -1, down, window, across, window * channels), 0, 1, 3, 2, 4),
            -1, channels);
        var normal = _graph.MakeLayerNorm(windows, _norm.Scale, _norm.Bias, Epsilon);
        var parts = _parts.Select(part => _graph.MakeReshape(
            _graph.MakeLinear(normal, part.Weight, part.Bias), -1, window * window, channels)).ToArray();
        var mixed = _graph.MakeMultiHeadAttention(
            parts[0], parts[1], parts[2], _bias, _weights.Heads, 1 / MathF.Sqrt((float)channels / _weights.Heads));

        // Back to rows, and only real tokens through the output projection.
        var grid = _graph.MakeReshape(
            _graph.MakeTranspose(
                _graph.MakeReshape(mixed, -1, down, across, window, window * channels), 0, 1, 3, 2, 4),
            -1, down * window, across * window, channels);
        var real = padded == band
            ? grid
            : _graph.MakeSlice(grid, _graph.Integers(0, 0), _graph.Integers(rows, _side), 1, 2);
        var projected = _graph.MakeLinear(
            _graph.MakeReshape(real, -1, channels), _projection.Weight, _projection.Bias);
        return _graph.MakeAdd(_graph.MakeReshape(projected, -1, rows, _side, channels), band);
    }

    private (string Weight, string Bias) Linear((Tensor Weight, Tensor Bias) linear) =>
        (_graph.Weight(linear.Weight, axis: 1), _graph.Constant(linear.Bias));
}
