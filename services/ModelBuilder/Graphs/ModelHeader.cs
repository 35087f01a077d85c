using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Graphs;

/// <summary>Header of an ONNX file around its graph.</summary>
internal static class ModelHeader
{
    /// <summary>Operator set of every graph written here.</summary>
    public const int OperatorSet = 18;

    private const int IrVersion = 8;

    public static ModelProto Wrap(GraphProto graph, string documentation) => new()
    {
        IrVersion = IrVersion,
        ProducerName = "Segmentation.ModelBuilder",
        DocString = documentation,
        Graph = graph,
        OpsetImport =
        {
            new OperatorSetIdProto { Domain = "", Version = OperatorSet },
            new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 },
        },
    };
}
