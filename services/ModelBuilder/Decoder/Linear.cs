using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>y = x Weight + Bias, weight [in, out].</summary>
internal sealed record Linear(Tensor Weight, Tensor Bias)
{
    public int Inputs => Weight.Rows;

    public int Outputs => Weight.Columns;

    public Linear Scale(double factor) => new(Weight.Scale(factor), Bias.Scale(factor));
}
