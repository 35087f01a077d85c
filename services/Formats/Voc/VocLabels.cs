using System.Globalization;
using System.Text;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;

namespace Segmentation.Formats.Voc;

/// <summary>
/// Classes of a Pascal VOC dataset by colour, as <c>labelmap.txt</c> of CVAT and Datumaro says
/// (<c>name:r,g,b:parts:actions</c>); without that file the 20 classes of Pascal VOC.
/// </summary>
internal sealed class VocLabels
{
    private const string FileName = "labelmap.txt";
    private const string Background = "background";
    private const int MaxBytes = 1 << 20;

    private static readonly string[] _classes =
    [
        "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog",
        "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];

    private readonly Dictionary<uint, string> _byColour = [];
    private readonly List<DatasetLabel> _labels = [];

    /// <summary>The labels.</summary>
    public IReadOnlyList<DatasetLabel> Labels => _labels;

    /// <summary>Reads the classes of a dataset.</summary>
    public static VocLabels Of(IDatasetSource source)
    {
        var labels = new VocLabels();
        if (source.Files.FirstOrDefault(file => DatasetPath.FileName(file) == FileName) is { } path
            && source.SizeOf(path) <= MaxBytes)
        {
            using var reader = new StreamReader(source.Open(path), Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                labels.Read(line);
            }
        }
        else
        {
            for (var i = 0; i < _classes.Length; i++)
            {
                labels.Add(_classes[i], LabelColors.Voc(i + 1));
            }
        }

        return labels;
    }

    /// <summary>Returns the class of a colour (red + 256 green + 65,536 blue); null: there is none.</summary>
    public string? NameOf(uint colour) => _byColour.GetValueOrDefault(colour);

    /// <summary>Writes <c>labelmap.txt</c>.</summary>
    public static async Task WriteAsync(
        IDatasetSink sink, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("# label:color_rgb:parts:actions\nbackground:0,0,0::\n");
        for (var i = 0; i < names.Count; i++)
        {
            var (red, green, blue) = LabelColors.Voc(i + 1);
            var name = string.Concat(names[i].Select(c => char.IsControl(c) ? ' ' : c));
            text.Append(CultureInfo.InvariantCulture, $"{name}:{red},{green},{blue}::\n");
        }

        await using var writer = new StreamWriter(sink.Create(FileName), new UTF8Encoding(false));
        await writer.WriteAsync(text, cancellationToken);
    }

    private void Read(string line)
    {
        if (line.StartsWith('#') || line.Split(':') is not { Length: >= 4 } fields)
        {
            return;
        }

        var channels = fields[^3].Split(',');
        var bytes = new byte[3];
        if (channels.Length != 3 || channels.Where((channel, i) => !byte.TryParse(
            channel, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i])).Any())
        {
            return;
        }

        Add(string.Join(':', fields[..^3]), (bytes[0], bytes[1], bytes[2]));
    }

    private void Add(string name, (byte Red, byte Green, byte Blue) colour)
    {
        if (name.Length > 0 && name != Background
            && _byColour.TryAdd(colour.Red | ((uint)colour.Green << 8) | ((uint)colour.Blue << 16), name))
        {
            _labels.Add(new(_labels.Count + 1, name, LabelColors.Text(colour.Red, colour.Green, colour.Blue)));
        }
    }
}
