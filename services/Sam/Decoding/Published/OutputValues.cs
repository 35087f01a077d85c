using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Models.Layouts;

namespace Segmentation.Sam.Decoding.Published;

/// <summary>Values of a decoder's output, of 32 or 16 bits.</summary>
internal readonly ref struct OutputValues
{
    private readonly ReadOnlySpan<float> _singles;
    private readonly ReadOnlySpan<Half> _halves;

    /// <param name="output">The output.</param>
    /// <param name="port">Its port.</param>
    /// <param name="length">Number of its values.</param>
    /// <exception cref="InvalidDataException">It has another number of values.</exception>
    public OutputValues(OrtValue output, GraphPort port, int length)
    {
        var shape = output.GetTensorTypeAndShape();
        if (shape.ElementCount != length)
        {
            throw new InvalidDataException(
                $"The decoder's output '{port.Name}' has the shape [{string.Join(", ", shape.Shape)}], which is not "
                + $"the {length} values that follow from the model's layout: add the model again.");
        }

        if (port.Type == NumberType.F16)
        {
            _halves = MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>());
        }
        else
        {
            _singles = output.GetTensorDataAsSpan<float>();
        }
    }

    /// <summary>A value.</summary>
    public float this[int index] => _halves.IsEmpty ? _singles[index] : (float)_halves[index];

    /// <summary>Copies values from an index on.</summary>
    public void CopyTo(int index, Span<float> target)
    {
        if (_halves.IsEmpty)
        {
            _singles.Slice(index, target.Length).CopyTo(target);
        }
        else
        {
            TensorPrimitives.ConvertToSingle(_halves.Slice(index, target.Length), target);
        }
    }
}
