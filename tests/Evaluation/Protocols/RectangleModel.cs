using Segmentation.Evaluation.Protocols;
using Segmentation.Masks;

namespace Segmentation.Evaluation.Tests.Protocols;

/// <summary>A model whose answers a test knows: rectangles that get wider click by click.</summary>
/// <param name="width">Width of all pictures.</param>
/// <param name="height">Height of all pictures.</param>
/// <param name="answer">Answers to a prompt, the most confident first.</param>
internal sealed class RectangleModel(int width, int height, Func<ObjectPrompt, RunLengths[]> answer) : IMaskPredictor
{
    public List<ObjectPrompt> Asked { get; } = [];

    public Task<(int Width, int Height)> OpenAsync(byte[] file, CancellationToken cancellationToken) =>
        Task.FromResult((width, height));

    public Task<IReadOnlyList<IReadOnlyList<MaskPrediction>>> PredictAsync(
        IReadOnlyList<ObjectPrompt> queries, bool keepsLogits, CancellationToken cancellationToken)
    {
        Asked.AddRange(queries);
        return Task.FromResult<IReadOnlyList<IReadOnlyList<MaskPrediction>>>([.. queries.Select(query =>
            answer(query).Select(mask => new MaskPrediction(mask, 0.75f, keepsLogits ? new float[] { query.Clicks.Count } : null)).ToList())]);
    }

    public void Dispose()
    {
    }
}
