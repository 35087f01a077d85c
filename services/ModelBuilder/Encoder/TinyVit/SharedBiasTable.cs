using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>
/// Attention bias in two parts: its distinct entries [heads, D], and the index of the entry of each pair of tokens. The
/// bias [heads, L, L] depends only on the distance of two tokens; the export has it for every pair.
/// </summary>
internal sealed record SharedBiasTable(Tensor Table, ushort[] Index, int[] Shape)
{
    /// <summary>Finds the table of a tensor; null if entries repeat too rarely.</summary>
    public static SharedBiasTable? Find(Tensor tensor)
    {
        if (tensor.Shape is not [var heads, var rows, var columns] || rows != columns)
        {
            return null;
        }

        var pairs = rows * columns;
        var entries = new Dictionary<string, ushort>();
        var representative = new List<int>();
        var index = new ushort[pairs];
        var bits = MemoryMarshal.Cast<float, int>(tensor.Values).ToArray();
        for (var pair = 0; pair < pairs; pair++)
        {
            var key = string.Join(',', Enumerable.Range(0, heads).Select(head => bits[(head * pairs) + pair]));
            if (!entries.TryGetValue(key, out index[pair]))
            {
                if (entries.Count >= Math.Min(pairs / 4, ushort.MaxValue))
                {
                    return null;
                }

                index[pair] = entries[key] = (ushort)entries.Count;
                representative.Add(pair);
            }
        }

        var values = Enumerable.Range(0, heads)
            .SelectMany(head => representative.Select(pair => tensor.Values[(head * pairs) + pair]));
        return new SharedBiasTable(new Tensor([heads, representative.Count], [.. values]), index, tensor.Shape);
    }

    /// <summary>
    /// Adds the full tensor; its inputs are constants, so ONNX Runtime computes it when it loads the graph.
    /// </summary>
    public string Make(GraphBuilder graph)
    {
        var narrow = Table.Columns <= byte.MaxValue + 1;
        var index = graph.Initializer(new TensorProto
        {
            Dims = { Shape[1], Shape[2] },
            DataType = (int)(narrow ? DataType.Uint8 : DataType.Uint16),
            RawData = narrow
                ? ByteString.CopyFrom(Array.ConvertAll(Index, entry => (byte)entry))
                : ByteString.CopyFrom(MemoryMarshal.AsBytes<ushort>(Index)),
        });
        return graph.MakeGather(graph.Constant(Table), graph.MakeCast(index, DataType.Int64), 1);
    }
}
