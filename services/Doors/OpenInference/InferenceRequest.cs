using Segmentation.Doors.Contract;

namespace Segmentation.Doors.OpenInference;

/// <summary>A request for inference, whatever its transport.</summary>
/// <param name="Inputs">The inputs.</param>
/// <param name="Outputs">Names of the outputs; empty for the default ones.</param>
/// <param name="MultimaskOutput">
/// Three masks for each prompt (true), or one (false); null: three for a single point, else one.
/// </param>
public sealed record InferenceRequest(
    IReadOnlyList<InputTensor> Inputs, IReadOnlyList<string> Outputs, bool? MultimaskOutput)
{
    /// <summary>Name of the parameter for <see cref="MultimaskOutput"/>.</summary>
    public const string MultimaskParameter = "multimask_output";

    /// <summary>Most inputs, and most outputs.</summary>
    public const int MaxTensors = 16;

    /// <summary>Checks the names of inputs and outputs against a model's.</summary>
    /// <returns>Names of the outputs.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an unknown name, or one that occurs twice.</exception>
    public IReadOnlyList<string> CheckedOutputs(InferenceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        for (var i = 0; i < Inputs.Count; i++)
        {
            Check($"inputs[{i}].name", Inputs[i].Name, model.Inputs, Inputs.Take(i).Select(input => input.Name));
        }

        for (var i = 0; i < Outputs.Count; i++)
        {
            Check($"outputs[{i}].name", Outputs[i], model.Outputs, Outputs.Take(i));
        }

        return Outputs.Count == 0 ? model.DefaultOutputs : Outputs;
    }

    /// <summary>The input of a name, of its datatype and shape; null where there is none.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: another datatype or shape.</exception>
    internal InputTensor? Find(InferenceModel model, string name)
    {
        var tensor = Inputs.FirstOrDefault(input => input.Name == name);
        var info = model.Inputs.First(input => input.Name == name);
        if (tensor is null)
        {
            return null;
        }

        if (tensor.Datatype != info.Datatype)
        {
            throw DoorProblem.Invalid(
                $"{tensor.Field}.datatype", $"{DoorText.Quote(tensor.Datatype)}: {name} is {info.Datatype}.");
        }

        var fits = tensor.Shape.Count == info.Shape.Count
            && tensor.Shape.Zip(info.Shape).All(sides => sides.Second < 0 || sides.First == sides.Second);
        return fits ? tensor : throw DoorProblem.Invalid(
            $"{tensor.Field}.shape",
            $"[{string.Join(", ", tensor.Shape)}]: {name} has the shape [{string.Join(", ", info.Shape)}], where -1 is any number.");
    }

    private static void Check(string field, string name, IReadOnlyList<TensorInfo> known, IEnumerable<string> before)
    {
        if (known.All(tensor => tensor.Name != name))
        {
            throw DoorProblem.Invalid(
                field, $"{DoorText.Quote(name)}: there are {string.Join(", ", known.Select(tensor => tensor.Name))}.");
        }

        if (before.Contains(name))
        {
            throw DoorProblem.Invalid(field, $"{DoorText.Quote(name)} is there twice.");
        }
    }
}
