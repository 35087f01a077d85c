using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Finds the embeddings of prompts and output tokens, of C values each, by their names or else by what the graph does
/// with them: exporters fold a parameter that was reshaped, and give the result a number for a name.
/// </summary>
internal sealed class PromptParameters(DecoderParameters parameters, int width)
{
    private const int Labels = 4;

    /// <summary>
    /// [5, C]: padding, background, foreground, first and second box corner; zeros for corners that are not in the
    /// file, which <paramref name="hasCorners"/> tells.
    /// </summary>
    public Tensor PointEmbeddings(out bool hasCorners)
    {
        var table = parameters.Find("point_embeddings.weight");
        Tensor? Label(int label) =>
            parameters.Find($"point_embeddings.{label}.weight")
            ?? (table is { Shape: [Labels, _] } ? Row(table, label) : null)
            ?? ByLabel(label);
        Tensor Point(string what, Tensor? found) => Shaped(what, found
            ?? throw parameters.Missing(what, "a constant of that name, and one that the labels of points choose"));
        var corners = new[] { Label(2), Label(3) };
        hasCorners = corners.All(corner => corner is not null);
        var absent = new Tensor([1, width], new float[width]);
        return Tensor.Stack(
        [
            Point("not_a_point_embed.weight", parameters.Find("not_a_point_embed.weight") ?? ByLabel(-1)),
            Point("point_embeddings.0.weight", Label(0)),
            Point("point_embeddings.1.weight", Label(1)),
            .. corners.Select((corner, i) =>
                corner is null ? absent : Shaped($"point_embeddings.{i + 2}.weight", corner)),
        ]);
    }

    /// <summary>
    /// [C], the dense prompt where no mask is given: a constant [1,C,1,1], or [1,C,64,64] of the same number in each
    /// cell.
    /// </summary>
    public Tensor NoMask()
    {
        const string What = "no_mask_embed.weight";
        var found = parameters.Find(What)
            ?? Constants(node => node.OpType is "Mul" or "Expand" or "Tile" or "Where").FirstOrDefault(IsDense)
            ?? Constants(node => node.OpType == "Add" && !AddsBias(node)).FirstOrDefault(IsDense)
            ?? throw parameters.Missing(What, $"a constant of that name, and one of [1,{width},1,1]");
        var cells = found.Values.Length / width;
        return new Tensor([width], [.. Enumerable.Range(0, width).Select(channel => found.Values[channel * cells])]);
    }

    /// <summary>[5, C] or, in SAM 2, [6, C]: parameters, or a constant that is repeated for each prompt.</summary>
    public Tensor OutputTokens()
    {
        var (score, masks) = (parameters.Find("iou_token.weight"), parameters.Find("mask_tokens.weight"));
        if (score is not null && masks is not null)
        {
            var tokens = parameters.Find("obj_score_token.weight") is { } present
                ? Tensor.Stack(present, score, masks)
                : Tensor.Stack(score, masks);
            return IsTokens(tokens) ? tokens : throw NoTokens();
        }

        var found = Constants(node => node.OpType is "Expand" or "Tile" or "Unsqueeze" or "Concat").FirstOrDefault(IsTokens)
            ?? throw NoTokens();
        return found.Reshape(found.Shape[^2], width);
    }

    private ModelFormatException NoTokens() => parameters.Missing(
        "mask_tokens.weight", $"constants iou_token.weight and mask_tokens.weight, and one of [1,5,{width}] or [1,6,{width}]");

    private IEnumerable<Tensor> Constants(Func<NodeProto, bool> condition) => parameters.Graph.Nodes.Where(condition)
        .SelectMany(node => node.Input).Where(input => input.Length > 0)
        .Select(parameters.Graph.Constant).OfType<Tensor>();

    private bool IsDense(Tensor tensor)
    {
        if (tensor.Shape is not [1, var channels, var rows, var columns] || channels != width || rows != columns)
        {
            return false;
        }

        var cells = rows * columns;
        return Enumerable.Range(0, channels).All(channel =>
            tensor.Values.AsSpan(channel * cells, cells).IndexOfAnyExcept(tensor.Values[channel * cells]) < 0);
    }

    // The bias of a quantised convolution is added as a constant of the same shape.
    private bool AddsBias(NodeProto node) => node.Input.Any(input =>
        parameters.Graph.Producer(input) is { OpType: "Reshape" } reshape
        && parameters.Graph.Constant(reshape.Input[0]) is { Shape: [_] });

    private bool IsTokens(Tensor tensor) =>
        tensor.Shape is [.., 5 or 6, var columns] && columns == width
        && tensor.Values.Length == tensor.Shape[^2] * width;

    // A constant that is added, multiplied by one, or chosen where the labels equal a number.
    private Tensor? ByLabel(int label) => parameters.Graph.Nodes
        .Where(node => node.OpType == "Equal" && parameters.ConstantFactor(node, 1)?.Values[0] == label)
        .SelectMany(node => Uses(node.Output[0]))
        .FirstOrDefault(found => found is not null);

    private IEnumerable<Tensor?> Uses(string value) => parameters.Graph.Consumers(value).SelectMany(node => node.OpType switch
    {
        "Unsqueeze" or "Expand" or "Cast" or "Identity" or "Reshape" => Uses(node.Output[0]),
        "Mul" => [parameters.ConstantFactor(node, width)],
        "Where" when node.Input[0] == value => [Chosen(node.Input[1])],
        _ => Enumerable.Empty<Tensor?>(),
    });

    private Tensor? Chosen(string value) =>
        parameters.Graph.Constant(value) is { } constant ? constant.Values.Length == width ? constant : null
        : parameters.Graph.Producer(value) is { OpType: "Add" } sum ? parameters.ConstantFactor(sum, width) : null;

    private Tensor Shaped(string path, Tensor tensor)
    {
        parameters.Check(path, tensor.Values.Length == width, tensor, $"{width} values");
        return tensor.Reshape(1, width);
    }

    private Tensor Row(Tensor table, int row) => new([1, width], table.Values.AsSpan(row * width, width).ToArray());
}
