using CsCheck;
using Segmentation.Masks;

namespace Segmentation.Formats.Tests;

/// <summary>
/// Random datasets: names with folders, labels with odd letters, masks with holes and detached parts.
/// </summary>
internal static class DatasetGen
{
    /// <summary>Labels of all datasets.</summary>
    public static readonly IReadOnlyList<DatasetLabel> Labels =
    [
        new(1, "cat", "#ff8000"),
        new(2, "Straße & \"Haus\", it's <b>", "#00ff10"),
        new(5, "sky: blue", "#0000ff", IsStuff: true),
    ];

    private static readonly string?[] _sources = [null, "manual", "assisted", "proposed", "automatic", "imported", "merged"];

    /// <summary>Pictures whose masks may overlap.</summary>
    public static Gen<DatasetPicture[]> Pictures => PicturesOf(overlapping: true);

    /// <summary>Pictures whose masks do not overlap.</summary>
    public static Gen<DatasetPicture[]> Flat => PicturesOf(overlapping: false);

    private static Gen<DatasetPicture[]> PicturesOf(bool overlapping) =>
        from seed in Gen.Int
        from count in Gen.Int[1, 4]
        select Make(new Random(seed), count, overlapping);

    private static DatasetPicture[] Make(Random random, int count, bool overlapping) =>
    [
        .. Enumerable.Range(0, count).Select(index =>
        {
            var (width, height) = (random.Next(1, 40), random.Next(1, 40));
            string[] names = [$"a {index}.jpg", $"ordner/ä{index}.png", $"x/y/b{index}.tar.jpeg"];
            return new DatasetPicture
            {
                Name = names[random.Next(names.Length)],
                Width = width,
                Height = height,
                Split = new[] { null, "train", "val", "test" }[random.Next(4)],
                AttributesJson = random.Next(3) == 0 ? $$"""{"weather":"rain","n":{{index}}}""" : null,
                Masks = overlapping ? Overlapping(random, width, height) : Flat1(random, width, height),
            };
        }),
    ];

    private static DatasetMask[] Overlapping(Random random, int width, int height) =>
    [
        .. Enumerable.Range(0, random.Next(5))
            .Select(index => Fields(random, MaskOf(width, height, _ => random.Next(3) == 0), index))
            .Where(mask => mask.Mask.Area > 0),
    ];

    private static DatasetMask[] Flat1(Random random, int width, int height)
    {
        var owner = Enumerable.Range(0, width * height).Select(_ => random.Next(5)).ToArray();
        return
        [
            .. Enumerable.Range(1, 4).Select(index => Fields(random, MaskOf(width, height, at => owner[at] == index), index))
                .Where(mask => mask.Mask.Area > 0),
        ];
    }

    private static RunLengths MaskOf(int width, int height, Func<int, bool> isInside) => RunLengths.FromBytes(
        height, width, [.. Enumerable.Range(0, width * height).Select(at => isInside(at) ? (byte)1 : (byte)0)]);

    private static DatasetMask Fields(Random random, RunLengths mask, int index) => new()
    {
        Id = random.Next(2) == 0 ? null : $"id-{index}",
        Label = random.Next(4) is var label && label < 3 ? Labels[label].Name : null,
        Mask = mask,
        Crowd = random.Next(3) == 0,
        Occluded = random.Next(3) == 0,
        Z = random.Next(3) - 1,
        Group = random.Next(3),
        PredictedIou = random.Next(2) == 0 ? null : random.Next(1000) / 1000f,
        StabilityScore = random.Next(2) == 0 ? null : random.Next(1000) / 1000f,
        Points = random.Next(2) == 0 ? [] : [random.Next(40) + 0.5, random.Next(40)],
        CropBox = random.Next(2) == 0 ? [] : [0, 1, 20, 30],
        AttributesJson = random.Next(2) == 0 ? null : """{"colour":"red","note":"a <b> & c"}""",
        Source = _sources[random.Next(_sources.Length)],
    };
}
