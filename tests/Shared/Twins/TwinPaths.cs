namespace Segmentation.Tests.Shared.Twins;

/// <summary>Names that programs give to a parameter of the reference's path.</summary>
internal static class TwinPaths
{
    private static readonly string[] _decoder =
        ["transformer.", "output_", "iou_", "mask_tokens", "obj_score_token", "pred_obj_score_head"];

    private static readonly (string From, string To)[] _huggingFace =
    [
        ("pe_layer.positional_encoding_gaussian_matrix", "shared_embedding.positional_embedding"),
        ("point_embeddings", "point_embed"),
        ("mask_downscaling.0", "mask_embed.conv1"),
        ("mask_downscaling.1", "mask_embed.layer_norm1"),
        ("mask_downscaling.3", "mask_embed.conv2"),
        ("mask_downscaling.4", "mask_embed.layer_norm2"),
        ("mask_downscaling.6", "mask_embed.conv3"),
        ("output_upscaling.0", "upscale_conv1"),
        ("output_upscaling.1", "upscale_layer_norm"),
        ("output_upscaling.3", "upscale_conv2"),
        (".norm", ".layer_norm"),
    ];

    /// <summary>Name of a parameter in the file.</summary>
    public static string NameOf(string path, TwinOptions options)
    {
        var isDecoder = _decoder.Any(part => path.StartsWith(part, StringComparison.Ordinal));
        var root = (options.Form, isDecoder) switch
        {
            (TwinForm.Official, false) => "model.prompt_encoder.",
            (TwinForm.RectLabel, false) => "model.sam_prompt_encoder.",
            (TwinForm.RectLabel, true) => "model.sam_mask_decoder.",
            (_, false) => "prompt_encoder.",
            _ => "mask_decoder.",
        };
        return root + LocalNameOf(path, options);
    }

    /// <summary>Scope of a module's nodes, such as <c>/transformer/layers.0/self_attn/q_proj</c>.</summary>
    public static string ScopeOf(string path, TwinOptions options)
    {
        var local = LocalNameOf(path + ".", options).TrimEnd('.');
        var parts = new List<string>();
        foreach (var part in local.Split('.'))
        {
            if (char.IsAsciiDigit(part[0]))
            {
                parts[^1] += $".{part}";
            }
            else
            {
                parts.Add(part);
            }
        }

        return (options.IsHuggingFace ? "/mask_decoder/" : "/") + string.Join('/', parts);
    }

    private static string LocalNameOf(string path, TwinOptions options)
    {
        var name = options.IsSam2
            ? path.Replace(".mlp.lin1.", options.IsHuggingFace ? ".mlp.proj_in." : ".mlp.layers.0.", StringComparison.Ordinal)
                .Replace(".mlp.lin2.", options.IsHuggingFace ? ".mlp.proj_out." : ".mlp.layers.1.", StringComparison.Ordinal)
            : path;
        if (!options.IsHuggingFace)
        {
            return name;
        }

        foreach (var (from, to) in _huggingFace)
        {
            name = name.Replace(from, to, StringComparison.Ordinal);
        }

        return name.StartsWith("transformer.", StringComparison.Ordinal)
            ? name
            : name.Replace(".layers.0.", ".proj_in.", StringComparison.Ordinal)
                .Replace(".layers.1.", ".layers.0.", StringComparison.Ordinal)
                .Replace(".layers.2.", ".proj_out.", StringComparison.Ordinal);
    }
}
