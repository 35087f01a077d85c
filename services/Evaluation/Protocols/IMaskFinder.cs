using Segmentation.Masks.Everything;

namespace Segmentation.Evaluation.Protocols;

/// <summary>Finds everything in pictures with the model under test, in this process or on a server.</summary>
public interface IMaskFinder : IDisposable
{
    /// <summary>Finds everything in a picture.</summary>
    /// <param name="file">The picture's file.</param>
    /// <param name="options">The search's options.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Width and height of the upright picture, and the masks.</returns>
    Task<(int Width, int Height, IReadOnlyList<EverythingMask> Masks)> FindAsync(
        byte[] file, EverythingOptions options, CancellationToken cancellationToken);
}
