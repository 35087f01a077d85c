using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Tests.Published;

/// <summary>
/// A narrow TinyViT encoder in the layout of the published one, for one image: windows are filled up before their norm,
/// heads hold query, key and value side by side, and the attention bias is written out for every pair.
/// </summary>
internal sealed class PublishedTinyVit
{
    private const int Width = 16;
    private const int Heads = 2;
    private readonly PublishedGraph _graph = new("encoder", seed: 3);

    public static PublishedWeights Build() => new PublishedTinyVit().Make();

    private PublishedWeights Make()
    {
        var planes = _graph.Input("input", 1, 3, 1024, 1024);
        var value = _graph.Gelu("/patch_embed/seq/seq.1", Conv("/patch_embed/seq/seq.0/c", planes, 3, 4, 3, 2));
        value = Conv("/patch_embed/seq/seq.2/c", value, 4, 8, 3, 2);
        value = MakeBottleneck("/layers.0/blocks.0", value);
        var tokens = Tokens("/layers.0/downsample", MakeMerging("/layers.0/downsample", value, 8, 2), 128);
        tokens = MakeBlock("layers.1/blocks.0", tokens, 128, 7);
        tokens = MakeBlock("layers.1/blocks.1", tokens, 128, 7);
        value = Planes("/layers.1/downsample/in", tokens, 128);
        tokens = Tokens("/layers.1/downsample", MakeMerging("/layers.1/downsample", value, Width, 2), 64);
        tokens = MakeBlock("layers.2/blocks.0", tokens, 64, 14);

        value = Bare("/neck/neck.0", Planes("/neck", tokens, 64), Width, 256, 1);
        value = Bare("/neck/neck.2", _graph.LayerNorm2d("/neck/neck.1", value, 256), 256, 256, 3);
        _graph.Output(_graph.LayerNorm2d("/neck/neck.3", value, 256), "output", 1, 256, 64, 64);
        return _graph.Build();
    }

    private string MakeBottleneck(string block, string input)
    {
        var value = _graph.Gelu($"{block}/act1", Conv($"{block}/conv1/c", input, 8, 16, 1, 1));
        value = _graph.Gelu($"{block}/act2", Conv($"{block}/conv2/c", value, 16, 16, 3, 1, 16));
        var sum = _graph.Op("Add", $"{block}/Add", [Conv($"{block}/conv3/c", value, 16, 8, 1, 1), input]);
        return _graph.Gelu($"{block}/act3", sum);
    }

    private string MakeMerging(string scope, string input, int channels, int stride)
    {
        var value = _graph.Gelu($"{scope}/act", Conv($"{scope}/conv1/c", input, channels, Width, 1, 1));
        value = _graph.Gelu($"{scope}/act_1", Conv($"{scope}/conv2/c", value, Width, Width, 3, stride, Width));
        return Conv($"{scope}/conv3/c", value, Width, Width, 1, 1);
    }

    private string MakeBlock(string block, string tokens, int side, int window)
    {
        var count = (side + window - 1) / window;
        var padded = count * window;
        var grid = _graph.Reshape($"/{block}/Reshape", tokens, 1, side, side, Width);
        var pads = _graph.Integers(0, 0, 0, 0, 0, padded - side, padded - side, 0);
        var filled = _graph.Op("Pad", $"/{block}/Pad", [grid, pads]);
        var windows = _graph.Reshape($"/{block}/Reshape_4",
            _graph.Transpose($"/{block}/Transpose_1",
                _graph.Reshape($"/{block}/Reshape_3", filled, 1, count, window, count, window, Width),
                0, 1, 3, 2, 4, 5),
            count * count, window * window, Width);
        var attended = _graph.Reshape($"/{block}/Reshape_6",
            _graph.Transpose($"/{block}/Transpose_2",
                _graph.Reshape($"/{block}/Reshape_5", MakeAttention(block, windows, window * window),
                    1, count, count, window, window, Width), 0, 1, 3, 2, 4, 5),
            1, padded, padded, Width);
        var real = _graph.Op("Slice", $"/{block}/Slice_1",
            [attended, _graph.Integers(0, 0), _graph.Integers(side, side), _graph.Integers(1, 2)]);
        var sum = _graph.Op("Add", $"/{block}/Add",
            [tokens, _graph.Reshape($"/{block}/Reshape_7", real, 1, side * side, Width)]);

        var local = Tokens($"/{block}/local",
            Conv($"/{block}/local_conv/c", Planes($"/{block}/local", sum, side), Width, Width, 3, 1, Width), side);
        var parameter = block.Replace('/', '.');
        var normal = _graph.LayerNorm($"/{block}/mlp/norm/LayerNormalization", $"{parameter}.mlp.norm", local, Width);
        var hidden = _graph.Gelu($"/{block}/mlp/act",
            _graph.Linear($"/{block}/mlp/fc1", $"{parameter}.mlp.fc1.bias", normal, Width, 2 * Width));
        return _graph.Op("Add", $"/{block}/Add_1",
            [local, _graph.Linear($"/{block}/mlp/fc2", $"{parameter}.mlp.fc2.bias", hidden, 2 * Width, Width)]);
    }

    private string MakeAttention(string block, string windows, int length)
    {
        const int Size = Width / Heads;
        var parameter = block.Replace('/', '.');
        var scope = $"/{block}/attn";
        var normal = _graph.LayerNorm($"{scope}/norm/LayerNormalization", $"{parameter}.attn.norm", windows, Width);
        var all = _graph.Reshape($"{scope}/Reshape",
            _graph.Linear($"{scope}/qkv", $"{parameter}.attn.qkv.bias", normal, Width, 3 * Width),
            -1, length, Heads, 3 * Size);
        string Part(int part, string name) => _graph.Transpose($"{scope}/Transpose_{name}",
            _graph.Op("Slice", $"{scope}/Split_{name}",
                [all, _graph.Integers(part * Size), _graph.Integers((part + 1) * Size), _graph.Integers(3)]),
            0, 2, 1, 3);
        var keys = _graph.Transpose($"{scope}/Transpose_kt", Part(1, "k"), 0, 1, 3, 2);
        var scores = _graph.Op("Mul", $"{scope}/Mul",
            [_graph.Op("MatMul", $"{scope}/MatMul", [Part(0, "q"), keys]), _graph.Scalar(1 / MathF.Sqrt(Size))]);
        var biased = _graph.Op("Add", $"{scope}/Add", [scores, _graph.Constant(PairBias(length))]);
        var weights = _graph.Op("Softmax", $"{scope}/Softmax", [biased], Attributes.Of("axis", -1));
        var mixed = _graph.Transpose($"{scope}/Transpose_3",
            _graph.Op("MatMul", $"{scope}/MatMul_1", [weights, Part(2, "v")]), 0, 2, 1, 3);
        return _graph.Linear($"{scope}/proj", $"{parameter}.attn.proj.bias",
            _graph.Reshape($"{scope}/Reshape_1", mixed, -1, length, Width), Width, Width);
    }

    // [heads, L, L]: a value for every distance in rows and columns.
    private static Tensor PairBias(int length)
    {
        var side = (int)Math.Sqrt(length);
        var values = new float[Heads * length * length];
        for (var i = 0; i < values.Length; i++)
        {
            var (head, from, to) = (i / (length * length), i / length % length, i % length);
            var distance = (Math.Abs((from / side) - (to / side)) * side) + Math.Abs((from % side) - (to % side));
            values[i] = MathF.Sin((distance * 0.7f) + head);
        }

        return new Tensor([Heads, length, length], values);
    }

    private string Conv(string scope, string input, int inputs, int outputs, int size, int stride, int groups = 1) =>
        _graph.Op("Conv", $"{scope}/Conv",
            [
                input,
                _graph.Weight($"onnx::Conv{scope}.weight", outputs, inputs / groups, size, size),
                _graph.Weight($"onnx::Conv{scope}.bias", outputs),
            ],
            ConvAttributes(size, stride, groups));

    private string Bare(string scope, string input, int inputs, int outputs, int size) => _graph.Op(
        "Conv", $"{scope}/Conv",
        [input, _graph.Weight($"{scope}.weight", outputs, inputs, size, size)],
        ConvAttributes(size, 1, 1));

    private static Onnx.AttributeProto[] ConvAttributes(int size, int stride, int groups)
    {
        long pad = size / 2;
        return
        [
            Attributes.Of("group", groups),
            Attributes.Of("strides", [stride, stride]),
            Attributes.Of("pads", [pad, pad, pad, pad]),
        ];
    }

    private string Tokens(string scope, string planes, int side) => _graph.Transpose(
        $"{scope}/tokens/Transpose", _graph.Reshape($"{scope}/tokens/Reshape", planes, 1, Width, side * side), 0, 2, 1);

    private string Planes(string scope, string tokens, int side) => _graph.Reshape(
        $"{scope}/planes/Reshape",
        _graph.Transpose($"{scope}/planes/Transpose", tokens, 0, 2, 1),
        1, Width, side, side);
}
