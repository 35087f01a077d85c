using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Weights of a reference <c>Attention</c> block (modeling/transformer.py): C inputs, 8 heads of D dimensions.
/// The properties are the folded forms of docs/model.md.
/// </summary>
internal sealed record Attention(Linear Query, Linear Key, Linear Value, Linear Output)
{
    public const int Heads = 8;

    /// <summary>D, the dimensions of one head.</summary>
    public int HeadSize => Query.Outputs / Heads;

    /// <summary>The reference divides scores by this root; here the side of the tokens carries it.</summary>
    public double ScoreScale => 1 / Math.Sqrt(HeadSize);

    /// <summary>[8, D, C]: takes head h's query of a token to the channels of the image tokens' keys.</summary>
    public Tensor KeyByHead => SplitColumns(Key.Weight);

    /// <summary>[8, D, C]: takes head h's key of a token to the channels of the image tokens' queries.</summary>
    public Tensor QueryByHead => SplitColumns(Query.Weight);

    /// <summary>[8, C, D]: head h's slice of the value projection.</summary>
    public Tensor ValueByHead => Value.Weight.Reshape(Value.Inputs, Heads, HeadSize).Transpose(1, 0, 2);

    /// <summary>[8, D, C]: head h's slice of the output projection.</summary>
    public Tensor OutputByHead => Output.Weight.Reshape(Heads, HeadSize, Output.Outputs);

    /// <summary>
    /// The output projection with the value's bias in its own: attention weights sum to one, so that bias passes
    /// through them unchanged.
    /// </summary>
    public Linear OutputWithValueBias => Output with
    {
        Bias = Value.Bias.Reshape(1, Value.Outputs).MatMul(Output.Weight).Reshape(Output.Outputs).Add(Output.Bias),
    };

    private Tensor SplitColumns(Tensor weight) =>
        weight.Reshape(weight.Rows, Heads, HeadSize).Transpose(1, 2, 0);
}
