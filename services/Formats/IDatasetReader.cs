namespace Segmentation.Formats;

/// <summary>
/// Reads datasets of one format. Memory does not grow with the number of pictures beyond an index of names.
/// </summary>
public interface IDatasetReader
{
    /// <summary>Name of the format, for example <c>coco</c>.</summary>
    string Format { get; }

    /// <summary>
    /// Tells whether the files look like this format, by their names and at most 64 KiB of one of them.
    /// </summary>
    bool Recognises(IDatasetSource source);

    /// <summary>Reads labels; empty for formats without labels.</summary>
    /// <exception cref="DatasetFormatException">The dataset cannot be read at all.</exception>
    Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(IDatasetSource source, CancellationToken cancellationToken);

    /// <summary>
    /// Reads pictures in an order that does not change, so that a reading that was cut off goes on by passing over
    /// those that are done.
    /// </summary>
    /// <param name="source">The files.</param>
    /// <param name="sizes">
    /// Sizes of pictures that the format does not tell (width, height), asked for by name, and where that is unknown by
    /// the path of the picture's file in the dataset; null: not known.
    /// </param>
    /// <param name="report">Takes what is wrong with single items, which are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DatasetFormatException">The dataset cannot be read at all.</exception>
    IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken);
}
