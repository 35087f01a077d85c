namespace Segmentation.Cli.Evaluating;

/// <summary>Requests into which the prompts of a picture are divided, here and on a server alike.</summary>
internal static class PromptRequests
{
    /// <summary>Prompts of a request: an answer with logits is 25 MB then.</summary>
    public const int Size = 32;

    /// <summary>Most prompts that a server takes for interactive work, without image projections.</summary>
    private const int MostInteractive = 16;

    /// <summary>Tells whether a server does a request's prompts as bulk work, which rounds otherwise.</summary>
    public static bool IsBatch(int prompts) => prompts > MostInteractive;
}
