using Google.Protobuf;
using Segmentation.Onnx;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>
/// Merges equal constants as torch's exporter does: the first stays, each other becomes an Identity of it under its own
/// name.
/// </summary>
internal static class MergedConstants
{
    public static void Apply(GraphProto graph)
    {
        var kept = new Dictionary<(string Shape, ByteString Bytes), string>();
        var tensors = graph.Initializer.ToArray();
        graph.Initializer.Clear();
        foreach (var tensor in tensors)
        {
            var key = ($"{tensor.DataType}:{string.Join(',', tensor.Dims)}", tensor.RawData);
            if (kept.TryGetValue(key, out var first))
            {
                graph.Node.Insert(0, new NodeProto
                {
                    Name = $"Identity_{graph.Node.Count}",
                    OpType = "Identity",
                    Input = { first },
                    Output = { tensor.Name },
                });
            }
            else
            {
                kept.Add(key, tensor.Name);
                graph.Initializer.Add(tensor);
            }
        }
    }
}
