using Segmentation.Sam.Prompts;

namespace Segmentation.Cli.Evaluating;

/// <summary>Requests into which the prompts of a picture are divided, here and on a server alike.</summary>
internal static class PromptRequests
{
    /// <summary>Prompts of a request: an answer with logits is 25 MB then.</summary>
    private const int Size = 32;

    // A server takes up to 16 prompts for interactive work, with or without image projections as it is configured, and
    // more for bulk work, always with them. They change the rounding.
    private const int LeastOfBulk = 17;

    /// <summary>
    /// Divides prompts. A request without mask prompts is filled up to bulk work with its last one; what is beyond the
    /// prompts is to be left out of the answers.
    /// </summary>
    public static IEnumerable<(Prompt[] Prompts, int Count)> Of(IReadOnlyList<Prompt> prompts)
    {
        foreach (var chunk in prompts.Chunk(Size))
        {
            var missing = chunk[0].MaskLogits is null ? LeastOfBulk - chunk.Length : 0;
            yield return (
                missing <= 0 ? chunk : [.. chunk, .. Enumerable.Repeat(chunk[^1], missing)], chunk.Length);
        }
    }
}
