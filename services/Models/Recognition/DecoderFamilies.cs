namespace Segmentation.Models.Recognition;

/// <summary>Names of the kinds of decoders, as manifests have them.</summary>
internal static class DecoderFamilies
{
    public const string Sam1 = "sam1";
    public const string Sam2 = "sam2";
    public const string HuggingFaceSam1 = "huggingface-sam1";
    public const string HuggingFaceSam2 = "huggingface-sam2";
    public const string EfficientSam = "efficient-sam";
    public const string EdgeSam = "edge-sam";
    public const string SamHq = "sam-hq";

    /// <summary>True for the families whose pictures are stretched to the square.</summary>
    public static bool IsStretched(string family) => family is Sam2 or HuggingFaceSam2 or EfficientSam;

    /// <summary>Names a family for a reader.</summary>
    public static string Describe(string family) => family switch
    {
        Sam1 => "SAM 1",
        Sam2 => "SAM 2",
        HuggingFaceSam1 => "SAM 1 by Hugging Face (also SlimSAM)",
        HuggingFaceSam2 => "SAM 2 by Hugging Face (also EdgeTAM)",
        EfficientSam => "EfficientSAM",
        EdgeSam => "EdgeSAM",
        SamHq => "SAM-HQ",
        _ => family,
    };
}
