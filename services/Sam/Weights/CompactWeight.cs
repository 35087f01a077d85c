namespace Segmentation.Sam.Weights;

/// <summary>A weight in 16 bits: a value times the scale of its column, row-major.</summary>
/// <param name="Values">[inputs, outputs].</param>
/// <param name="Scale">[outputs].</param>
internal readonly record struct CompactWeight(short[] Values, float[] Scale)
{
    /// <summary>Multiplies values with the scale of their channel, in place.</summary>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">Their sizes.</param>
    /// <param name="scale">A number for each channel.</param>
    /// <param name="scaleShape">Sizes of the scale: ones but for the channels' axis.</param>
    /// <returns>The values.</returns>
    public static float[] Apply(float[] values, int[] shape, float[] scale, int[] scaleShape)
    {
        var axis = Math.Max(0, Array.FindIndex(scaleShape, size => size > 1));
        var inner = shape[(axis + 1)..].Aggregate(1, (product, size) => product * size);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= scale[i / inner % scale.Length];
        }

        return values;
    }
}
