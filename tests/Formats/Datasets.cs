using Segmentation.Formats.Registry;

namespace Segmentation.Formats.Tests;

/// <summary>Writes and reads whole datasets.</summary>
internal static class Datasets
{
    /// <summary>Writes pictures.</summary>
    public static MemoryDataset Write(
        string format, IReadOnlyList<DatasetLabel> labels, IReadOnlyList<DatasetPicture> pictures) =>
        Write(format, labels, pictures, out _);

    /// <summary>Writes pictures.</summary>
    public static MemoryDataset Write(
        string format,
        IReadOnlyList<DatasetLabel> labels,
        IReadOnlyList<DatasetPicture> pictures,
        out List<DatasetProblem> problems)
    {
        var dataset = new MemoryDataset();
        problems = [];
        DatasetFormats.FindWriter(format)!
            .WriteAsync(labels, pictures.ToAsyncEnumerable(), dataset, problems.Add, TestContext.Current.CancellationToken)
            .GetAwaiter().GetResult();
        return dataset;
    }

    /// <summary>Reads pictures.</summary>
    public static (List<DatasetPicture> Pictures, List<DatasetProblem> Problems) Read(
        string format, IDatasetSource dataset, Func<string, DatasetPicture?>? known = null)
    {
        var problems = new List<DatasetProblem>();
        var pictures = DatasetFormats.FindReader(format)!.ReadAsync(
                dataset,
                name => known?.Invoke(name) is { } picture ? (picture.Width, picture.Height) : null,
                problems.Add,
                TestContext.Current.CancellationToken)
            .ToBlockingEnumerable(TestContext.Current.CancellationToken).ToList();
        return (pictures, problems);
    }

    /// <summary>Reads labels.</summary>
    public static IReadOnlyList<DatasetLabel> Labels(string format, IDatasetSource dataset) =>
        DatasetFormats.FindReader(format)!.ReadLabelsAsync(dataset, TestContext.Current.CancellationToken)
            .GetAwaiter().GetResult();
}
