using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Seeds;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Containers;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Fuzz.Targets;

/// <summary>The walks over image files that come before a library sees them.</summary>
internal sealed class ContainerTarget : IFuzzTarget
{
    // A directory of a TIFF that is made anew for each of its planes.
    private const int MostAdded = 16 * 1024;

    public int MaxLength => 8192;

    public IReadOnlyList<byte[]> Words => ImageWords.All;

    public IEnumerable<byte[]> Seeds => ImageFiles.All();

    public long AllocationLimit(int length) => (2L * 1024 * 1024) + (400L * length);

    public byte[] Repair(byte[] input) => ImageWords.Repair(input);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        if (FileFormat.Sniff(input)?.View is not { } walk)
        {
            return;
        }

        EncodedView view;
        try
        {
            view = walk(input);
        }
        catch (ImageException exception)
        {
            ImageTarget.Check(exception);
            return;
        }

        var random = InputBytes.RandomOf(input);
        foreach (var bytes in view.FurtherPlanes.Prepend(view.Bytes))
        {
            Require.That(bytes.Length <= input.Length + MostAdded, () => $"{bytes.Length} of {input.Length} bytes");
            CheckReads(bytes, random);
        }
    }

    /// <summary>Reads of any size at any place give what is there as a whole.</summary>
    private static void CheckReads(FileView view, Random random)
    {
        var whole = view.ToArray();
        Require.That(whole.Length == view.Length);
        for (var read = 0; read < 4; read++)
        {
            var from = random.Next(whole.Length + 2);
            var piece = new byte[random.Next(1, 200)];
            var count = view.Read(from, piece);
            var there = Math.Clamp(whole.Length - from, 0, piece.Length);

            // A read may end earlier, where the view asks the library to come back.
            Require.That(count <= there && count > 0 == there > 0);
            Require.That(piece.AsSpan(0, count).SequenceEqual(whole.AsSpan(Math.Min(from, whole.Length), count)));
        }
    }
}
