using System.Runtime.CompilerServices;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: the attention half of <c>TinyViTBlock.forward</c>. Windows that reach over the edge are filled with zero
/// tokens, which take part like any other; their projection is the same for all, so it is computed once.
/// </summary>
internal sealed unsafe class WindowAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Parts = 3;
    private readonly int _channels;
    private readonly int _heads;
    private readonly int _window;
    private readonly LayerNorm2d<TSimd, TVector> _norm;
    private readonly Conv1x1<TSimd, TVector> _projection;
    private readonly float[] _outside;
    private readonly Matrix _bias;
    private readonly Matrix _zeros;
    private readonly Conv1x1<TSimd, TVector> _output;

    public WindowAttention(EncoderWeights<TSimd, TVector> weights, string block)
    {
        _heads = weights.Attribute(block, CpuImageEncoder.Attention, 0, "num_heads");
        _norm = weights.Norm(block, 0);
        (_projection, _outside) = weights.Projection(block);
        _channels = _projection.Inputs;
        _output = weights.Linear(block, Parts);
        var bias = weights.Read(block, CpuImageEncoder.Attention, 0, CpuImageEncoder.BiasInput);
        var tokens = bias.Shape[^1];
        _window = (int)Math.Round(Math.Sqrt(tokens));

        // [heads, query, key] to a row for every key.
        _bias = weights.Memory.Allocate(_heads * tokens, tokens);
        for (var i = 0; i < bias.Values.Length; i++)
        {
            var (head, query, key) = (i / tokens / tokens, i / tokens % tokens, i % tokens);
            _bias.Row(head * tokens + key)[query] = bias.Values[i];
        }

        _zeros = weights.Memory.Allocate(1, Math.Max(tokens, _channels));
    }

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    private int Tokens => _window * _window;

    // Floats of a row of window tokens: a layout that the GEMM has constants for.
    private int Stride => Tokens <= Rows64.RowStride ? Rows64.RowStride : Rows208.RowStride;

    private int HeadSize => _channels / _heads;

    /// <summary>Adds the attention's output to a map.</summary>
    public void Add(EncoderWorkspace space, FeatureMap map, CancellationToken cancellationToken)
    {
        var projected = space.Map(BufferSlot.Projected, Parts * _channels, map.Side);
        var attended = space.Map(BufferSlot.Attended, _channels, map.Side);
        var windowRows = (map.Side + _window - 1) / _window;
        space.Run(map.Side, (memory, row) => Project(memory, map, projected, row), cancellationToken);
        space.Run(
            _heads * windowRows,
            (memory, task) => Attend(memory, projected, attended, task / windowRows, task % windowRows * _window),
            cancellationToken);
        space.Run(map.Side, (memory, row) => AddOutput(memory, attended, map, row), cancellationToken);
    }

    private void Project(Arena memory, FeatureMap map, FeatureMap projected, int row)
    {
        var tile = memory.AllocateUninitialized(_channels, Width);
        for (var column = 0; column < map.Side; column += Width)
        {
            _norm.Apply(map.Row(row) + column, Width, map.Stride, tile.Data, Width);
            _projection.Apply(tile.AsB(), new Tile(projected.Row(row) + column, projected.Stride, Width));
        }
    }

    private void AddOutput(Arena memory, FeatureMap attended, FeatureMap map, int row)
    {
        var tile = memory.AllocateUninitialized(_channels, Width);
        ColumnTile<TSimd, TVector>.AddBias(map.Row(row), map.Stride, map.Side, _output.Bias);
        for (var column = 0; column < map.Side; column += Width)
        {
            ColumnTile<TSimd, TVector>.Pack(attended.Row(row) + column, attended.Stride, _channels, tile.Data);
            _output.AccumulateInputs(0, _channels, tile.AsB(), new Tile(map.Row(row) + column, map.Stride, Width));
        }
    }

    // One head in a row of windows.
    private void Attend(Arena memory, FeatureMap projected, FeatureMap attended, int head, int top)
    {
        var padded = (Tokens + 15) & ~15;
        var queries = memory.Allocate(HeadSize, Stride);
        var keys = memory.Allocate(HeadSize, Stride);
        var values = memory.Allocate(HeadSize, Stride);
        var scores = memory.AllocateUninitialized(Tokens, Width);
        var mixed = memory.AllocateUninitialized(HeadSize, padded);
        var rows = Math.Min(_window, projected.Side - top);
        for (var left = 0; left < projected.Side; left += _window)
        {
            var columns = Math.Min(_window, projected.Side - left);
            var first = head * HeadSize;
            Gather(projected, (top, left, rows, columns), first, queries);
            Gather(projected, (top, left, rows, columns), _channels + first, keys);
            Gather(projected, (top, left, rows, columns), 2 * _channels + first, values);
            for (var column = 0; column < padded; column += Width)
            {
                MixColumns(
                    keys, queries.Data + column, values, scores, head, column, Math.Min(Width, padded - column), mixed);
            }

            Scatter(mixed, attended, (top, left, rows, columns), first);
        }
    }

    // Columns are queries, rows are keys: softmax runs down them.
    private void MixColumns(
        Matrix keys, float* queries, Matrix values, Matrix scores, int head, int column, int columns, Matrix mixed)
    {
        Gemm<TSimd, TVector>.WithBias(
            OperandA.Transposed(keys.Data, keys.Stride, Tokens, HeadSize),
            new OperandB<float>(queries, keys.Stride),
            _zeros.Data,
            scores.AsTile(0, 0, columns));
        var to = mixed.Data + column;
        var factors = stackalloc float[Width];
        ExpShifted(scores, _bias.Row(head * Tokens) + column, columns, factors);
        var result = new Tile(to, mixed.Stride, columns);
        if (Stride == Rows64.RowStride)
        {
            Mix<Rows64>(values, scores, result);
        }
        else
        {
            Mix<Rows208>(values, scores, result);
        }

        Scale(to, mixed.Stride, columns, factors);
    }

    private void Mix<TRows>(Matrix values, Matrix scores, in Tile mixed)
        where TRows : struct, ILayoutA =>
        Gemm<TSimd, TVector>.WithBias(
            OperandA.RowMajor<TRows>(values.Data, HeadSize, Tokens), scores.AsB(), _zeros.Data, mixed);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ExpShifted(Matrix scores, float* bias, int columns, float* factors)
    {
        var tokens = Tokens;
        for (var column = 0; column < columns; column += TSimd.Count)
        {
            var score = scores.Data + column;
            var added = bias + column;
            var largest = TSimd.Create(float.MinValue);
            for (var key = 0; key < tokens; key++, score += scores.Stride, added += _bias.Stride)
            {
                var sum = TSimd.Add(TSimd.Load(score), TSimd.Load(added));
                TSimd.Store(sum, score);
                largest = TSimd.Max(largest, sum);
            }

            score = scores.Data + column;
            var total = TSimd.Create(0);
            for (var key = 0; key < tokens; key++, score += scores.Stride)
            {
                var power = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Load(score), largest));
                TSimd.Store(power, score);
                total = TSimd.Add(total, power);
            }

            TSimd.Store(TSimd.Divide(TSimd.Create(1), total), factors + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(float* mixed, int stride, int columns, float* factors)
    {
        for (var channel = 0; channel < HeadSize; channel++, mixed += stride)
        {
            for (var column = 0; column < columns; column += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(mixed + column), TSimd.Load(factors + column)), mixed + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(
        FeatureMap projected, (int Top, int Left, int Rows, int Columns) window, int first, Matrix result)
    {
        var isWhole = window.Rows == _window && window.Columns == _window;
        for (var channel = 0; channel < HeadSize; channel++)
        {
            if (!isWhole)
            {
                result.Span(channel, Tokens).Fill(_outside[first + channel]);
            }

            var to = result.Row(channel);
            for (var row = 0; row < window.Rows; row++, to += _window)
            {
                SmallCopy.Copy(
                    projected.Row(window.Top + row) + (first + channel) * projected.Stride + window.Left,
                    to,
                    window.Columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter(
        Matrix mixed, FeatureMap attended, (int Top, int Left, int Rows, int Columns) window, int first)
    {
        for (var channel = 0; channel < HeadSize; channel++)
        {
            var from = mixed.Row(channel);
            for (var row = 0; row < window.Rows; row++, from += _window)
            {
                SmallCopy.Copy(
                    from,
                    attended.Row(window.Top + row) + (first + channel) * attended.Stride + window.Left,
                    window.Columns);
            }
        }
    }
}
