using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Errors;
using Segmentation.Masks;
using Segmentation.Protocol.V1;
using MaskCount = Segmentation.Masks.MaskCount;
using WireMaskCount = Segmentation.Protocol.V1.MaskCount;

namespace Segmentation.Gateway.Segmenting;

/// <summary>The output that a request asks for, with defaults filled in.</summary>
/// <param name="MaskCount">Masks a prompt.</param>
/// <param name="Forms">Forms the grain makes besides run lengths.</param>
/// <param name="RunLengths">True when the answer shows the run lengths.</param>
/// <param name="Refinable">True when the logits are kept for refinement; null where the client did not say.</param>
internal sealed record OutputSpec(MaskCount MaskCount, MaskForms Forms, bool RunLengths, bool? Refinable)
{
    /// <summary>Reads output options, noting everything wrong.</summary>
    /// <param name="options">The options; null for all defaults.</param>
    /// <param name="path">Path of the options in the request.</param>
    /// <param name="rules">The model's rules; null when the model is not known yet.</param>
    /// <param name="violations">Collects the mistakes.</param>
    public static OutputSpec Parse(OutputOptions? options, string path, PromptRules? rules, Violations violations)
    {
        options ??= new OutputOptions();
        if (options.MaskCount == WireMaskCount.Three && rules?.Three is { } one)
        {
            violations.Add($"{path}.mask_count", one);
        }

        if (!Enum.IsDefined(options.MaskCount))
        {
            violations.Add(
                $"{path}.mask_count", $"{(int)options.MaskCount} is no MaskCount: 0 is automatic, 1 one, 2 three.");
        }

        var (forms, runLengths) = (MaskForms.None, options.Formats.Count == 0);
        for (var i = 0; i < options.Formats.Count; i++)
        {
            forms |= FormOf(options.Formats[i], $"{path}.formats[{i}]", violations);
            runLengths |= options.Formats[i] is MaskFormat.Rle or MaskFormat.Unspecified;
        }

        var count = options.MaskCount switch
        {
            WireMaskCount.One => MaskCount.One,
            WireMaskCount.Three => MaskCount.Three,
            _ => MaskCount.Auto,
        };
        return new OutputSpec(count, forms, runLengths, options.HasRefinable ? options.Refinable : null);
    }

    private static MaskForms FormOf(MaskFormat format, string path, Violations violations)
    {
        switch (format)
        {
            case MaskFormat.Unspecified or MaskFormat.Rle:
                return MaskForms.None;
            case MaskFormat.Png:
                return MaskForms.Png;
            case MaskFormat.Polygon:
                return MaskForms.Polygons;
            case MaskFormat.Logits:
                return MaskForms.Logits;
            default:
                violations.Add(path, $"{(int)format} is no MaskFormat: 1 is RLE, 2 PNG, 3 polygons, 4 logits.");
                return MaskForms.None;
        }
    }
}
