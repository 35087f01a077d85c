using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;

namespace Segmentation.Models.Recognition;

/// <summary>Recognises encoders: one picture in, an embedding and perhaps other tensors out.</summary>
internal static class EncoderRecogniser
{
    private const int Side = ImageGeometry.ModelSide;
    private const int Grid = ImageGeometry.GridSide;

    private static readonly Dictionary<string, TensorRole> _names = new(StringComparer.Ordinal)
    {
        ["image_embeddings"] = TensorRole.Embedding,
        ["image_embedding"] = TensorRole.Embedding,
        ["image_embed"] = TensorRole.Embedding,
        ["embeddings"] = TensorRole.Embedding,
        ["output"] = TensorRole.Embedding,
        ["image_embeddings.2"] = TensorRole.Embedding,
        ["high_res_feats_0"] = TensorRole.HighRes0,
        ["high_res_features1"] = TensorRole.HighRes0,
        ["image_features_0"] = TensorRole.HighRes0,
        ["image_embeddings.0"] = TensorRole.HighRes0,
        ["high_res_feats_1"] = TensorRole.HighRes1,
        ["high_res_features2"] = TensorRole.HighRes1,
        ["image_features_1"] = TensorRole.HighRes1,
        ["image_embeddings.1"] = TensorRole.HighRes1,
        ["image_positional_embeddings"] = TensorRole.Positional,
    };

    // ImageNet's mean and deviation on a scale of 255, which are SAM's own.
    private static readonly float[] _mean = [123.675f, 116.28f, 103.53f];
    private static readonly float[] _deviation = [58.395f, 57.12f, 57.375f];

    /// <summary>True for a graph with a picture as its only input.</summary>
    public static bool Matches(GraphHeader graph) => graph.Inputs is [var input] && Refusals.IsPicture(input);

    /// <summary>Recognises a graph with a picture as its only input.</summary>
    /// <exception cref="ModelException">It is no encoder that can be served.</exception>
    public static EncoderMatch Recognise(GraphHeader graph)
    {
        var input = graph.Inputs[0];
        var form = FormOf(graph, input);
        var roles = RolesOf(graph);
        List<EncoderTensor> tensors = [Tensor(graph, roles, TensorRole.Embedding, [256, Grid, Grid])];
        if (roles.ContainsKey(TensorRole.HighRes0) != roles.ContainsKey(TensorRole.HighRes1))
        {
            throw new ModelException(Refusals.Unknown(
                graph, "an encoder of SAM 2 gives three tensors, with 256, 64 and 32 channels"));
        }

        if (roles.ContainsKey(TensorRole.HighRes0))
        {
            tensors.Add(Tensor(graph, roles, TensorRole.HighRes0, [32, 4 * Grid, 4 * Grid]));
            tensors.Add(Tensor(graph, roles, TensorRole.HighRes1, [64, 2 * Grid, 2 * Grid]));
        }

        if (roles.TryGetValue(TensorRole.Intermediate, out var features))
        {
            var channels = (int)(features.Dimension(-1) ?? 0);
            tensors.Add(new(TensorRole.Intermediate, features.Name, [Grid, Grid, channels], features.Type!.Value));
        }

        var isNormalised = form == PixelForm.ChannelsNormalised;
        var (rows, columns) = form == PixelForm.RowsColumnsChannels
            ? (input.Dimension(0), input.Dimension(1))
            : (input.Dimension(2), input.Dimension(3));
        var layout = new EncoderLayout
        {
            Form = form,
            Input = input.Name,
            Type = input.Type!.Value,
            Mean = isNormalised ? _mean : null,
            Deviation = isNormalised ? _deviation : null,
            FixedRows = isNormalised ? null : (int?)rows,
            FixedColumns = isNormalised ? null : (int?)columns,
            IsBatched = form != PixelForm.RowsColumnsChannels && input.Dimension(0) is null,
            Tensors = tensors,
        };
        return new EncoderMatch(graph, layout, roles.ContainsKey(TensorRole.Positional));
    }

    private static PixelForm FormOf(GraphHeader graph, TensorPort input)
    {
        if (input.Rank == 3)
        {
            return input.Dimension(2) == 3 && input.IsFloat
                ? PixelForm.RowsColumnsChannels
                : throw new ModelException(input.Dimension(1) is { } side and not Side
                    ? Refusals.Side(graph, side)
                    : Refusals.Unknown(
                        graph, "a picture of three dimensions must be [height,width,3] in floating point"));
        }

        if (input.Type == NumberType.U8)
        {
            return PixelForm.ChannelsBytes;
        }

        if (!input.IsFloat)
        {
            throw new ModelException(Refusals.Unknown(graph, "a picture must be of bytes or in floating point"));
        }

        if (input.Dimension(2) is { } rows and not Side)
        {
            throw new ModelException(Refusals.Side(graph, rows));
        }

        if (input.Dimension(3) is { } columns and not Side)
        {
            throw new ModelException(Refusals.Side(graph, columns));
        }

        // A size that is free belongs to EfficientSAM, unless the names are Hugging Face's, which leave all sizes free.
        return input.Dimension(2) is null && input.Name != "pixel_values"
            ? PixelForm.ChannelsUnit
            : PixelForm.ChannelsNormalised;
    }

    private static Dictionary<TensorRole, TensorPort> RolesOf(GraphHeader graph)
    {
        var roles = new Dictionary<TensorRole, TensorPort>();
        // In the order of names, so that of several intermediate features the first block's are taken.
        foreach (var output in graph.Outputs.Where(one => one.IsFloat).OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            if (RoleOf(graph, output) is { } role)
            {
                roles.TryAdd(role, output);
            }
        }

        return roles;
    }

    private static TensorRole? RoleOf(GraphHeader graph, TensorPort output)
    {
        if (output.Name.StartsWith("interm", StringComparison.Ordinal)
            || (output.Dimension(-1) is 768 or 1024 or 1280
                && output.Dimension(-2) == Grid && output.Dimension(-3) == Grid))
        {
            return TensorRole.Intermediate;
        }

        if (output.Rank is not (4 or null))
        {
            return null;
        }

        var isNamed = _names.TryGetValue(output.Name, out var named);
        if (isNamed && named == TensorRole.Positional)
        {
            return named;
        }

        // Channels say more than a name.
        return output.Dimension(1) switch
        {
            256 when isNamed || graph.Output([.. _names.Keys]) is null => TensorRole.Embedding,
            32 => TensorRole.HighRes0,
            64 => TensorRole.HighRes1,
            null when isNamed => named,
            null when graph.Outputs.Count == 1 => TensorRole.Embedding,
            _ => null,
        };
    }

    private static EncoderTensor Tensor(
        GraphHeader graph, Dictionary<TensorRole, TensorPort> roles, TensorRole role, int[] dimensions)
    {
        if (!roles.TryGetValue(role, out var output))
        {
            throw new ModelException(Refusals.Unknown(graph, "no output is an image embedding with 256 channels"));
        }

        if (!output.EndsWith(dimensions[1], dimensions[2]))
        {
            throw new ModelException(output.Dimension(-1) is 72 or 144 or 288
                ? Refusals.Side(graph, 1008)
                : Refusals.Unknown(graph, $"'{output.Name}' is not [1,{string.Join(',', dimensions)}]"));
        }

        return new EncoderTensor(role, output.Name, dimensions, output.Type!.Value);
    }
}
