using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Segmentation.Sam.Runtime;

/// <summary>
/// Runs a graph on memory of its device: inputs are written into pinned memory of the host and copied once, outputs are
/// copied once. Addresses stay the same while shapes do, which a CUDA graph depends on. One run at a time.
/// </summary>
internal sealed class DeviceBinding : IDisposable
{
    private readonly InferenceSession _session;
    private readonly BindingMemory _memory;
    private readonly OrtIoBinding _binding;
    private readonly Dictionary<string, BoundTensor> _inputs = [];
    private readonly Dictionary<string, BoundTensor> _outputs = [];

    /// <param name="session">The graph; it must live longer.</param>
    /// <param name="memory">Memory of the provider that runs it.</param>
    public DeviceBinding(InferenceSession session, BindingMemory memory)
    {
        (_session, _memory) = (session, memory);
        _binding = session.CreateIoBinding();
    }

    /// <summary>Memory of the host for an input of the next run.</summary>
    /// <typeparam name="T">Type of its numbers.</typeparam>
    /// <param name="name">The input's name.</param>
    /// <param name="shape">Its sizes.</param>
    /// <returns>Its numbers, row-major, as they were written last where the shape is the same.</returns>
    public Span<T> Input<T>(string name, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        if (Tensor<T>(_inputs, _session.InputMetadata, name, shape, out var tensor))
        {
            _binding.BindInput(name, tensor.Value!);
        }

        return MemoryMarshal.Cast<byte, T>(tensor.Host);
    }

    /// <summary>Asks for an output of the next run.</summary>
    /// <typeparam name="T">Type of its numbers.</typeparam>
    /// <param name="name">The output's name.</param>
    /// <param name="shape">Its sizes.</param>
    public void Output<T>(string name, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        if (Tensor<T>(_outputs, _session.OutputMetadata, name, shape, out var tensor))
        {
            _binding.BindOutput(name, tensor.Value!);
        }
    }

    /// <summary>
    /// Asks for an output of the next run whose shape only the run knows. ONNX Runtime takes its memory, on the host.
    /// </summary>
    /// <param name="name">The output's name.</param>
    public void OutputOfAnyShape(string name) => _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);

    /// <summary>The outputs of the last run in the order in which they were first asked for, to be disposed.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Values() => _binding.GetOutputValues();

    /// <summary>Copies the inputs to the device, runs the graph and copies the outputs back.</summary>
    /// <param name="cancellationToken">Ends the run at the next node.</param>
    public void Run(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var input in _inputs.Values)
        {
            input.CopyToDevice();
        }

        CancellableRun.Run(
            options =>
            {
                _session.RunWithBinding(options, _binding);
                return 0;
            },
            cancellationToken);
        foreach (var output in _outputs.Values)
        {
            output.CopyToHost();
        }
    }

    /// <summary>An output of the last run, in memory of the host.</summary>
    /// <typeparam name="T">Type of its numbers.</typeparam>
    /// <param name="name">The output's name.</param>
    /// <returns>Its numbers, row-major, until the next run.</returns>
    public ReadOnlySpan<T> Read<T>(string name)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_outputs[name].Host);

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var tensor in _inputs.Values.Concat(_outputs.Values))
        {
            tensor.Dispose();
        }
    }

    private bool Tensor<T>(
        Dictionary<string, BoundTensor> tensors,
        IReadOnlyDictionary<string, NodeMetadata> graph,
        string name,
        ReadOnlySpan<long> shape,
        out BoundTensor tensor)
        where T : unmanaged
    {
        if (!tensors.TryGetValue(name, out tensor!))
        {
            tensor = new BoundTensor(_memory, graph[name].ElementDataType, Marshal.SizeOf<T>());
            tensors.Add(name, tensor);
        }

        return tensor.Reshape(shape);
    }
}
