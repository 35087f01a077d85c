namespace Segmentation.Tests.Shared.Twins;

/// <summary>Names that an exporter leaves in a file.</summary>
public enum TwinNames
{
    /// <summary>Nodes carry the scopes of their modules (torch 1.13 and later); linear weights are numbered.</summary>
    Scoped,

    /// <summary>Nodes and values are numbered; parameters that were not folded keep their names.</summary>
    Numbered,

    /// <summary>Every parameter keeps its name and shape; nodes are called such as <c>node_MatMul_7</c>.</summary>
    Dynamo,
}
