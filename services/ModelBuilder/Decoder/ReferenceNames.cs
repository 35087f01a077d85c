namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Takes a name in a published file to the path of the same parameter or module in the reference's
/// <c>MaskDecoder</c> or <c>PromptEncoder</c>, such as <c>transformer.layers.0.self_attn.q_proj.bias</c>. Files name
/// them from their own root (<c>model.</c>, <c>sam_mask_decoder.</c>), and Hugging Face's library has other names for
/// some (its scripts convert_sam_to_hf.py and convert_sam2_to_hf.py).
/// </summary>
internal static class ReferenceNames
{
    private static readonly string[] _roots = ["mask_decoder.", "prompt_encoder."];

    // In this order: a later rule may meet what an earlier one leaves.
    private static readonly (string From, string To)[] _common =
    [
        ("shared_image_embedding.positional_embedding", "pe_layer.positional_encoding_gaussian_matrix"),
        ("shared_embedding.positional_embedding", "pe_layer.positional_encoding_gaussian_matrix"),
        ("point_embed.", "point_embeddings."),
        ("mask_embed.conv1", "mask_downscaling.0"),
        ("mask_embed.layer_norm1", "mask_downscaling.1"),
        ("mask_embed.conv2", "mask_downscaling.3"),
        ("mask_embed.layer_norm2", "mask_downscaling.4"),
        ("mask_embed.conv3", "mask_downscaling.6"),
        ("upscale_conv1", "output_upscaling.0"),
        ("upscale_layer_norm", "output_upscaling.1"),
        ("upscale_conv2", "output_upscaling.3"),
        (".layer_norm", ".norm"),
        (".o_proj", ".out_proj"),
        (".mlp.proj_in", ".mlp.lin1"),
        (".mlp.proj_out", ".mlp.lin2"),
        (".mlp.layers.0", ".mlp.lin1"),
        (".mlp.layers.1", ".mlp.lin2"),
    ];

    private static readonly (string From, string To)[] _heads =
    [
        (".layers.0.", ".layers.1."),
        (".proj_in.", ".layers.0."),
        (".proj_out.", ".layers.2."),
    ];

    /// <summary>True if a name is one that Hugging Face's library alone gives.</summary>
    public static bool IsHuggingFace(string name) => name.Replace('/', '.').Contains(".proj_in.", StringComparison.Ordinal);

    /// <summary>Returns the reference's path of a parameter, or of a node and its module.</summary>
    /// <param name="name">Name of a value or a node; slashes count as dots.</param>
    /// <param name="isHuggingFace">True if the file has Hugging Face's names.</param>
    /// <returns>The path; a name of something else as it is.</returns>
    public static string PathOf(string name, bool isHuggingFace)
    {
        var path = name.Replace('/', '.').TrimStart('.');
        foreach (var root in _roots)
        {
            var at = path.LastIndexOf(root, StringComparison.Ordinal);
            path = at < 0 ? path : path[(at + root.Length)..];
        }

        foreach (var (from, to) in _common)
        {
            path = path.Replace(from, to, StringComparison.Ordinal);
        }

        if (isHuggingFace && !path.StartsWith("transformer.", StringComparison.Ordinal))
        {
            foreach (var (from, to) in _heads)
            {
                path = path.Replace(from, to, StringComparison.Ordinal);
            }
        }

        return path;
    }
}
