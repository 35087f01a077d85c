namespace Segmentation.Models.Recognition;

/// <summary>Everything about a graph but its weights.</summary>
internal sealed record GraphHeader
{
    /// <summary>Path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Inputs that a caller gives.</summary>
    public required IReadOnlyList<TensorPort> Inputs { get; init; }

    /// <summary>Outputs.</summary>
    public required IReadOnlyList<TensorPort> Outputs { get; init; }

    /// <summary>Names of files beside the graph that hold weights.</summary>
    public required IReadOnlyList<string> DataFiles { get; init; }

    /// <summary>
    /// True for a <c>ConvInteger</c> whose weights have a sign: ONNX Runtime's CPU provider has no such kernel.
    /// </summary>
    public required bool HasSignedConvolution { get; init; }

    /// <summary>Entries of the file's metadata.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Program that wrote the file, with its version; empty where the file does not say.</summary>
    public required string Producer { get; init; }

    /// <summary>Finds an input by any of its names.</summary>
    public TensorPort? Input(params ReadOnlySpan<string> names) => Find(Inputs, names);

    /// <summary>Finds an output by any of its names.</summary>
    public TensorPort? Output(params ReadOnlySpan<string> names) => Find(Outputs, names);

    private static TensorPort? Find(IReadOnlyList<TensorPort> ports, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var port in ports)
            {
                if (port.Name == name)
                {
                    return port;
                }
            }
        }

        return null;
    }
}
