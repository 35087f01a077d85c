namespace Segmentation.Models.Layouts;

/// <summary>Kind of a decoder's scores.</summary>
public enum ScoreKind
{
    /// <summary>Predicted IoU, as it is.</summary>
    PredictedIou,

    /// <summary>Stability of the low-resolution mask stands for the predicted IoU.</summary>
    Stability,
}
