using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Tests;

/// <summary>Runs a graph in memory on one thread.</summary>
internal sealed class GraphRunner : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    public GraphRunner(ModelProto model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new InferenceSession(model.ToByteArray(), options);
    }

    /// <summary>All outputs in the graph's order, each with its shape.</summary>
    public IReadOnlyList<Output> Run(params (string Name, OrtValue Value)[] inputs)
    {
        using var outputs = _session.Run(
            _options,
            [.. inputs.Select(input => input.Name)],
            [.. inputs.Select(input => input.Value)],
            _session.OutputNames);
        return [.. outputs.Select(output => new Output(
            output.GetTensorTypeAndShape().Shape, output.GetTensorDataAsSpan<float>().ToArray()))];
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    public static OrtValue Value<T>(T[] values, params long[] shape) where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(values, shape);

    public sealed record Output(long[] Shape, float[] Values)
    {
        public OrtValue AsInput() => Value(Values, Shape);
    }
}
