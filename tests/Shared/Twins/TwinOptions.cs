namespace Segmentation.Tests.Shared.Twins;

/// <summary>Choices of an export, each as the published scripts offer it.</summary>
public sealed record TwinOptions
{
    /// <summary>The program.</summary>
    public TwinForm Form { get; init; }

    /// <summary>Operator set: 16 has no LayerNormalization.</summary>
    public int OperatorSet { get; init; } = 17;

    /// <summary><c>--return-single-mask</c>.</summary>
    public bool SingleMask { get; init; }

    /// <summary><c>--gelu-approximate</c>.</summary>
    public bool TanhGelu { get; init; }

    /// <summary><c>--use-stability-score</c>.</summary>
    public bool StabilityScores { get; init; }

    /// <summary><c>--return-extra-metrics</c>: the name low_res_masks lands on stability scores.</summary>
    public bool ExtraMetrics { get; init; }

    /// <summary>
    /// True for a crop of 684 rows in <c>masks</c>, whatever the image, as segment_anything 1.0 wrote it.
    /// </summary>
    public bool BakedCrop { get; init; }

    /// <summary>Names.</summary>
    public TwinNames Names { get; init; }

    /// <summary>Numbers.</summary>
    public TwinNumbers Numbers { get; init; }

    /// <summary>
    /// True to merge equal constants behind Identity nodes; norms and biases are then as before training.
    /// </summary>
    public bool Merged { get; init; }

    /// <summary>Seed of the weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True for SAM 2.</summary>
    public bool IsSam2 => Form is TwinForm.SamExporter or TwinForm.RectLabel or TwinForm.HuggingFaceSam2;

    /// <summary>True for Hugging Face's names.</summary>
    public bool IsHuggingFace => Form is TwinForm.HuggingFace or TwinForm.HuggingFaceSam2;
}
