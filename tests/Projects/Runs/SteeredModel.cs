using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Segmentation.Masks;
using Segmentation.Projects.Segmenting;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Tests.Runs;

/// <summary>
/// Models that find what a test says: by default two squares in every picture. The file of a picture in these tests is
/// one byte, its number.
/// </summary>
internal sealed class SteeredModel : IImageModel
{
    /// <summary>Side of every picture.</summary>
    public const int Side = 32;

    /// <inheritdoc/>
    public bool IsAvailable => true;

    /// <summary>Happens when a search has begun, with the picture's number; may wait or throw.</summary>
    public Func<int, CancellationToken, Task> Searching { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What is found in a picture.</summary>
    public Func<int, IEnumerable<FoundMask>> Finds { get; set; } = _ => [Square(2, 2, 8), Square(20, 20, 6)];

    /// <summary>Digest of the model that answers.</summary>
    public string Digest { get; set; } = "d1";

    /// <summary>Searches that were begun, by picture.</summary>
    public ConcurrentDictionary<int, int> Begun { get; } = [];

    /// <summary>A square mask.</summary>
    public static FoundMask Square(int x, int y, int side)
    {
        var pixels = new byte[Side * Side];
        for (var i = 0; i < side * side; i++)
        {
            pixels[((y + (i / side)) * Side) + x + (i % side)] = 1;
        }

        return new FoundMask
        {
            Mask = new Mask
            {
                PredictedIou = 0.9f,
                StabilityScore = 0.96f,
                Area = (ulong)(side * side),
                BoundingBox = new() { X = (uint)x, Y = (uint)y, Width = (uint)side, Height = (uint)side },
                Rle = new()
                {
                    Size = { Side, Side }, Counts = RunLengths.FromBytes(Side, Side, pixels).ToCocoString(),
                },
            },
            Point = new Point { X = x + 1.5f, Y = y + 1.5f, Label = PointLabel.Foreground },
            CropBox = new() { Width = Side, Height = Side },
        };
    }

    public async IAsyncEnumerable<SegmentEverythingResponse> EverythingAsync(
        string tenant,
        ReadOnlyMemory<byte> file,
        EverythingOptions options,
        string model,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var picture = file.Span[0];
        Begun.AddOrUpdate(picture, 1, (_, count) => count + 1);
        await Searching(picture, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        yield return new() { Started = new() { Image = new Image { Model = "mini", ModelDigest = Digest } } };
        var masks = Finds(picture).ToList();
        foreach (var mask in masks)
        {
            yield return new() { Mask = mask };
        }

        yield return new() { Finished = new EverythingFinished { Masks = (uint)masks.Count } };
    }

    public Task EmbedAsync(
        string tenant, ReadOnlyMemory<byte> file, string model, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
