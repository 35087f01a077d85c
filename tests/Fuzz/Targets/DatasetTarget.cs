using Segmentation.Formats;
using Segmentation.Formats.Files;
using Segmentation.Formats.Registry;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Seeds;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Datasets of every format: a byte for the format, then the dataset's main file, or an archive. What is read is within
/// the picture; what is wrong is a report or a refusal.
/// </summary>
internal sealed class DatasetTarget : IFuzzTarget
{
    private static readonly (int Width, int Height) _size = (10, 8);

    public int MaxLength => 4096;

    public IReadOnlyList<byte[]> Words => DatasetFiles.Words;

    public IEnumerable<byte[]> Seeds => DatasetFiles.All();

    // A picture that says 2^28 pixels takes a byte for each in a crop that is as large.
    public long AllocationLimit(int length) => (640L * 1024 * 1024) + (4000L * length);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var content = input[1..];
        if (input[0] == DatasetFiles.Zip)
        {
            RunZip(content);
            return;
        }

        var reader = DatasetFormats.Readers[input[0] % DatasetFormats.Readers.Count];
        var source = new DatasetBytes(DatasetFiles.PathOf(reader.Format), content);
        reader.Recognises(source);
        Read(reader, source);
    }

    private static void RunZip(byte[] content)
    {
        try
        {
            using var source = new ZipSource(new MemoryStream(content), new ArchiveLimits { MaxTotalBytes = 1 << 20 });
            foreach (var file in source.Files)
            {
                Require.That(!file.StartsWith('/') && !file.Split('/').Contains(".."));
                using var stream = source.Open(file);
                stream.CopyTo(Stream.Null);
            }
        }
        catch (DatasetFormatException exception)
        {
            Require.That(exception.Message.Length > 0);
        }
    }

    private static void Read(IDatasetReader reader, DatasetBytes source)
    {
        try
        {
            reader.ReadLabelsAsync(source, CancellationToken.None).GetAwaiter().GetResult();
            var pictures = reader.ReadAsync(source, _ => _size, Check, CancellationToken.None).ToBlockingEnumerable();
            foreach (var picture in pictures)
            {
                Require.That(picture.Name.Length > 0);
                Require.That(picture.Masks.All(mask => mask.Mask.Area > 0));
                Require.That(picture.Masks.All(
                    mask => mask.Mask.Width == picture.Width && mask.Mask.Height == picture.Height));
            }
        }
        catch (DatasetFormatException exception)
        {
            Require.That(exception.Message.Length > 0);
        }
    }

    private static void Check(DatasetProblem problem) =>
        Require.That(problem.Item.Length > 0 && problem.Reason.Length > 0);
}
