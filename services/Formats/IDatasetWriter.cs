namespace Segmentation.Formats;

/// <summary>Writes datasets of one format. Memory does not grow with the number of pictures.</summary>
public interface IDatasetWriter
{
    /// <summary>Name of the format, for example <c>coco</c>.</summary>
    string Format { get; }

    /// <summary>Writes a dataset without its pictures' files.</summary>
    /// <param name="labels">All labels, in their order.</param>
    /// <param name="pictures">Pictures in the order of their ids.</param>
    /// <param name="sink">Takes the files.</param>
    /// <param name="report">Takes what the format cannot hold, or loses.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task WriteAsync(
        IReadOnlyList<DatasetLabel> labels,
        IAsyncEnumerable<DatasetPicture> pictures,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken);

    /// <summary>Path under which a picture's file belongs into the dataset.</summary>
    string PicturePath(DatasetPicture picture);
}
