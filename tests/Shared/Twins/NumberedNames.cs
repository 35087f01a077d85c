using Segmentation.Onnx;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>
/// Takes the scopes from nodes and values: <c>MatMul_123</c>, or as dynamo's exporter <c>node_MatMul_123</c>.
/// </summary>
internal static class NumberedNames
{
    public static void Apply(GraphProto graph, bool isDynamo)
    {
        var kept = graph.Input.Concat(graph.Output).Select(value => value.Name)
            .Concat(graph.Initializer.Select(tensor => tensor.Name)).ToHashSet(StringComparer.Ordinal);
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            node.Name = isDynamo ? $"node_{node.OpType}_{i}" : $"{node.OpType}_{i}";
            for (var input = 0; input < node.Input.Count; input++)
            {
                node.Input[input] = renamed.GetValueOrDefault(node.Input[input], node.Input[input]);
            }

            for (var output = 0; output < node.Output.Count; output++)
            {
                // The outputs of merged constants carry the constants' names.
                if (node.OpType != "Identity" && !kept.Contains(node.Output[output]))
                {
                    node.Output[output] = renamed[node.Output[output]] = isDynamo ? $"val_{i}" : $"{5000 + i}";
                }
            }
        }
    }
}
