namespace Segmentation.Cli.Catalogue;

/// <summary>Agreement of the kernels with the published decoder on one picture.</summary>
/// <param name="Logits">Largest difference of low-resolution logits, as a part of the published logits' range.</param>
/// <param name="Scores">Largest difference of predicted IoUs.</param>
/// <param name="Masks">Number of masks that were compared.</param>
internal sealed record Agreement(double Logits, double Scores, int Masks)
{
    /// <summary>Largest difference of logits with which the kernels may serve.</summary>
    public const double Limit = 1e-3;

    /// <summary>True if the kernels compute what the published decoder does.</summary>
    public bool IsGood => Masks > 0 && Logits <= Limit;
}
