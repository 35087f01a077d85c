using Segmentation.Tests.Shared.Twins;

namespace Segmentation.ModelBuilder.Tests.Decoder;

/// <summary>Published layouts of decoders, by the names that tests show.</summary>
internal static class TwinCases
{
    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<string, TwinOptions> All { get; } = new Dictionary<string, TwinOptions>
    {
        ["official"] = new(),
        ["official, opset 16"] = new() { OperatorSet = 16 },
        ["official, single mask"] = new() { SingleMask = true },
        ["official, single mask, opset 16, baked crop"] = new() { SingleMask = true, OperatorSet = 16, BakedCrop = true },
        ["official, tanh GELU"] = new() { TanhGelu = true },
        ["official, stability scores"] = new() { StabilityScores = true },
        ["official, extra metrics"] = new() { ExtraMetrics = true },
        ["official, without scopes"] = new() { Names = TwinNames.Numbered },
        ["official, without scopes, opset 16"] = new() { Names = TwinNames.Numbered, OperatorSet = 16 },
        ["official, dynamo"] = new() { Names = TwinNames.Dynamo, OperatorSet = 18 },
        ["official, 16 bits"] = new() { Numbers = TwinNumbers.Half },
        ["official, 16 bits, without scopes"] = new() { Numbers = TwinNumbers.Half, Names = TwinNames.Numbered },
        ["official, 8 bits"] = new() { Numbers = TwinNumbers.Bytes },
        ["official, signed 8 bits by channel"] = new() { Numbers = TwinNumbers.SignedBytesByChannel },
        ["official, merged constants"] = new() { Merged = true },
        ["official, merged constants, opset 16"] = new() { Merged = true, OperatorSet = 16 },
        ["official, merged constants, without scopes"] = new() { Merged = true, Names = TwinNames.Numbered },
        ["Hugging Face"] = new() { Form = TwinForm.HuggingFace },
        ["Hugging Face, without scopes"] = new() { Form = TwinForm.HuggingFace, Names = TwinNames.Numbered },
        ["Hugging Face, 8 bits"] = new() { Form = TwinForm.HuggingFace, Numbers = TwinNumbers.Bytes },
        ["samexporter"] = new() { Form = TwinForm.SamExporter, OperatorSet = 18 },
        ["samexporter, without scopes"] = new() { Form = TwinForm.SamExporter, Names = TwinNames.Numbered },
        ["samexporter, merged constants"] = new() { Form = TwinForm.SamExporter, Merged = true },
        ["RectLabel"] = new() { Form = TwinForm.RectLabel },
        ["RectLabel, 16 bits"] = new() { Form = TwinForm.RectLabel, Numbers = TwinNumbers.Half },
        ["Hugging Face SAM 2"] = new() { Form = TwinForm.HuggingFaceSam2 },
        ["Hugging Face SAM 2, 8 bits"] = new() { Form = TwinForm.HuggingFaceSam2, Numbers = TwinNumbers.Bytes },
    };
}
