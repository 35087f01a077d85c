namespace Segmentation.Tests.Shared.Twins;

/// <summary>Program that a twin's file looks as if written by.</summary>
public enum TwinForm
{
    /// <summary>The reference's scripts/export_onnx_model.py.</summary>
    Official,

    /// <summary>Hugging Face's library through optimum: SAM 1.</summary>
    HuggingFace,

    /// <summary>samexporter's export_sam2.py: SAM 2.</summary>
    SamExporter,

    /// <summary>RectLabel's export_onnx.py: SAM 2, all four masks.</summary>
    RectLabel,

    /// <summary>Hugging Face's library, as onnx-community publishes: SAM 2.</summary>
    HuggingFaceSam2,
}
