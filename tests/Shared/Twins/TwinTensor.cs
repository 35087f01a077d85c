namespace Segmentation.Tests.Shared.Twins;

/// <summary>A dense array of numbers, row-major.</summary>
public sealed record TwinTensor(int[] Shape, float[] Values)
{
    /// <summary>The transpose of a matrix.</summary>
    public TwinTensor Transposed()
    {
        var (rows, columns) = (Shape[0], Shape[1]);
        var values = new float[Values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                values[(column * rows) + row] = Values[(row * columns) + column];
            }
        }

        return new TwinTensor([columns, rows], values);
    }

    /// <summary>The same numbers in another shape.</summary>
    public TwinTensor Reshaped(params int[] shape) => new(shape, Values);
}
