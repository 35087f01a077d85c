namespace Segmentation.Evaluation.Protocols;

/// <summary>The model under test, in this process or on a server.</summary>
public interface IMaskPredictor : IDisposable
{
    /// <summary>Opens a picture, after which <see cref="PredictAsync"/> answers prompts on it.</summary>
    /// <param name="file">The picture's file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Width and height of the upright picture.</returns>
    Task<(int Width, int Height)> OpenAsync(byte[] file, CancellationToken cancellationToken);

    /// <summary>Answers prompts on the open picture, each by itself.</summary>
    /// <param name="queries">The prompts.</param>
    /// <param name="keepsLogits">True to get logits, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One list a prompt: three masks for a single click, else one; the most confident first.</returns>
    Task<IReadOnlyList<IReadOnlyList<MaskPrediction>>> PredictAsync(
        IReadOnlyList<ObjectPrompt> queries, bool keepsLogits, CancellationToken cancellationToken);
}
