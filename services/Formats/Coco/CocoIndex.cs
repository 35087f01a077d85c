using System.Runtime.InteropServices;
using System.Text.Json;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Coco;

/// <summary>
/// Places of a COCO file's annotations by picture. COCO's arrays stand in any order, and so do annotations: the file is
/// passed over once for this index, 24 bytes an annotation, and then read picture by picture.
/// </summary>
internal sealed class CocoIndex
{
    private readonly List<CocoPicture> _images = [];
    private readonly HashSet<long> _ids = [];
    private readonly List<Place> _places = [];

    private CocoIndex(string file) => File = file;

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>The categories.</summary>
    public CocoCategories Categories { get; } = new();

    /// <summary>The pictures in the order of the file.</summary>
    public IReadOnlyList<CocoPicture> Images => _images;

    /// <summary>Passes over a file.</summary>
    /// <param name="stream">The file from its beginning.</param>
    /// <param name="file">Path of the file.</param>
    /// <param name="report">Takes wrong pictures, categories and annotations.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DatasetFormatException">The file is no JSON.</exception>
    public static CocoIndex Read(
        Stream stream, string file, Action<DatasetProblem> report, CancellationToken cancellationToken)
    {
        var index = new CocoIndex(file);
        foreach (var piece in JsonPieces.Read(stream, file, cancellationToken))
        {
            if (piece.Index >= 0)
            {
                index.Add(piece, report);
            }
        }

        CollectionsMarshal.AsSpan(index._places).Sort((a, b) =>
            a.Image != b.Image ? a.Image.CompareTo(b.Image) : a.Offset.CompareTo(b.Offset));
        return index;
    }

    /// <summary>Returns the places of a picture's annotations, in the order of the file.</summary>
    public ReadOnlySpan<Place> PlacesOf(long image)
    {
        var places = CollectionsMarshal.AsSpan(_places);
        var first = FirstAt(places, image);
        var end = first;
        while (end < places.Length && places[end].Image == image)
        {
            end++;
        }

        return places[first..end];
    }

    /// <summary>Counts annotations of pictures that the file does not have, by the id of such a picture.</summary>
    public IEnumerable<(long Image, int Count)> Strays()
    {
        for (var i = 0; i < _places.Count;)
        {
            var begin = i;
            while (i < _places.Count && _places[i].Image == _places[begin].Image)
            {
                i++;
            }

            if (!_ids.Contains(_places[begin].Image))
            {
                yield return (_places[begin].Image, i - begin);
            }
        }
    }

    private static int FirstAt(ReadOnlySpan<Place> places, long image)
    {
        int low = 0, high = places.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (places[middle].Image < image)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Add(JsonPiece piece, Action<DatasetProblem> report)
    {
        var item = $"{File}: {piece.Property}[{piece.Index}]";
        try
        {
            switch (piece.Property)
            {
                case "images":
                    using (var image = JsonFields.ParseObject(piece.Json))
                    {
                        AddImage(image.RootElement);
                    }

                    break;
                case "categories":
                    using (var category = JsonFields.ParseObject(piece.Json))
                    {
                        Categories.Add(category.RootElement);
                    }

                    break;
                case "annotations":
                    _places.Add(new(ImageOf(piece.Json.Span), piece.Offset, piece.Json.Length));
                    break;
            }
        }
        catch (BadItemException exception)
        {
            report(exception.Of(item));
        }
    }

    private void AddImage(JsonElement item)
    {
        var (width, height) = DatasetPictureSize.Checked(item.Whole("width"), item.Whole("height"));
        var image = new CocoPicture(
            item.Whole("id"), item.Text("file_name").Replace('\\', '/'), width, height, item.TextOrNull("split"),
            JsonText.AttributesOf(item));
        if (!_ids.Add(image.Id))
        {
            throw new BadItemException("id", $"The picture id {image.Id} is there twice.");
        }

        _images.Add(image);
    }

    /// <summary>Finds the picture of an annotation without making objects of its mask.</summary>
    private static long ImageOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new BadItemException("", "The item is no JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isImage = reader.ValueTextEquals("image_id"u8);
            reader.Read();
            if (!isImage)
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id))
            {
                return id;
            }
            else
            {
                break;
            }
        }

        throw new BadItemException("image_id", "The annotation has no number of a picture.");
    }

    /// <summary>Place of an annotation in the file.</summary>
    /// <param name="Image">Id of the picture.</param>
    /// <param name="Offset">First byte.</param>
    /// <param name="Length">Bytes.</param>
    internal readonly record struct Place(long Image, long Offset, int Length);
}
