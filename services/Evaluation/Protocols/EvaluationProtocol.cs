namespace Segmentation.Evaluation.Protocols;

/// <summary>Ways of asking for masks that are measured.</summary>
public enum EvaluationProtocol
{
    /// <summary>Clicks, each where the answer before is most wrong.</summary>
    Clicks,

    /// <summary>The box around the object.</summary>
    Box,

    /// <summary>A box whose sides are off by up to 10 %, at most 20 pixels.</summary>
    NoisyBox,

    /// <summary>Everything in the picture, without a prompt.</summary>
    Auto,

    /// <summary>The same with a denser grid and without filters: how much could be found at all.</summary>
    Proposals,
}
