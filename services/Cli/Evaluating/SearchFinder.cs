using Segmentation.Cli.Everything;
using Segmentation.Evaluation.Protocols;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Evaluating;

/// <summary>Finds everything for an evaluation, as <c>segctl everything</c> does.</summary>
/// <param name="search">The search; disposed with this.</param>
internal sealed class SearchFinder(IImageSearch search) : IMaskFinder, IProgress<EverythingProgress>
{
    public Task<(int Width, int Height, IReadOnlyList<EverythingMask> Masks)> FindAsync(
        byte[] file, EverythingOptions options, CancellationToken cancellationToken) =>
        search.FindAsync(file, options, this, cancellationToken);

    /// <summary>Does nothing: the evaluation counts masks, not points.</summary>
    public void Report(EverythingProgress value)
    {
    }

    public void Dispose() => search.Dispose();
}
