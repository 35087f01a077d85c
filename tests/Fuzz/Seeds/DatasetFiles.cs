using System.IO.Compression;
using System.Text;
using Segmentation.Formats;
using Segmentation.Formats.Registry;

namespace Segmentation.Fuzz.Seeds;

/// <summary>Main files of datasets of every format, as our own writers write them.</summary>
internal static class DatasetFiles
{
    /// <summary>The first byte of an input that is a zip archive.</summary>
    public const byte Zip = 255;

    private static readonly Dictionary<string, string> _paths = new()
    {
        ["coco"] = "annotations/instances_default.json",
        ["coco-panoptic"] = "annotations/panoptic_default.json",
        ["sa1b"] = "a.json",
        ["cvat"] = "annotations.xml",
        ["label-studio"] = "label-studio.json",
        ["yolo"] = "labels/train/a.txt",
        ["voc"] = "SegmentationClass/a.png",
        ["semantic-png"] = "masks/a.png",
        ["instance-png"] = "instances/a.png",
        ["datumaro"] = "annotations/default.json",
        ["labelme"] = "a.json",
        ["geojson"] = "a.geojson",
    };

    /// <summary>Words of all formats.</summary>
    public static IReadOnlyList<byte[]> Words =>
    [
        .. ("\"segmentation\":|\"counts\":|\"size\":[8,10]|\"image_id\":1|\"points\":[[1,1],[5,1],[5,4]]|<mask |rle=\""
            + "|</image>|NaN|1e999|null|-1|4294967296|[[|]]|\"\\ud800\"").Split('|').Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Returns the path of a format's main file.</summary>
    public static string PathOf(string format) => _paths[format];

    /// <summary>Returns the inputs.</summary>
    public static IEnumerable<byte[]> All()
    {
        for (var i = 0; i < DatasetFormats.Readers.Count; i++)
        {
            yield return [(byte)i, .. MainFile(DatasetFormats.Readers[i].Format)];
        }

        using var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var writer = new StreamWriter(archive.CreateEntry("a/b.txt").Open());
            writer.Write("hello hello hello hello");
        }

        yield return [Zip, .. memory.ToArray()];
    }

    private static byte[] MainFile(string format)
    {
        var sink = new MainFileSink(PathOf(format));
        var picture = new DatasetPicture
        {
            Name = "a.jpg",
            Width = 10,
            Height = 8,
            Masks =
            [
                new() { Label = "cat", Mask = new(8, 10, 1, 4, 3, 4, 68), AttributesJson = "{\"a\":1}" },
                new() { Mask = new(8, 10, 60, 3, 17), Occluded = true, Z = 1 },
            ],
        };
        DatasetFormats.FindWriter(format)!
            .WriteAsync([new(1, "cat")], new[] { picture }.ToAsyncEnumerable(), sink, _ => { }, CancellationToken.None)
            .GetAwaiter().GetResult();
        return sink.Content.ToArray();
    }

    /// <summary>Keeps one file of a dataset.</summary>
    private sealed class MainFileSink(string path) : IDatasetSink
    {
        public MemoryStream Content { get; private set; } = new();

        public Stream Create(string file)
        {
            var stream = new MemoryStream();
            Content = file == path ? stream : Content;
            return stream;
        }
    }
}
