using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Seeds;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Fuzz.Targets;

/// <summary>Image files through the native library, as the encoder and as masks are read.</summary>
internal sealed class ImageTarget : IFuzzTarget
{
    private static readonly ImageLimits _limits = new() { MaxPixels = 100_000, MaxWholePixels = 50_000 };

    public int MaxLength => 8192;

    public IReadOnlyList<byte[]> Words => ImageWords.All;

    public IEnumerable<byte[]> Seeds => ImageFiles.All();

    // The model's square, once more where it is turned, and rows on their way there.
    public long AllocationLimit(int length) => (32L * 1024 * 1024) + (400L * length);

    public byte[] Repair(byte[] input) => ImageWords.Repair(input);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        if (Read(() => ImageReader.ReadHeader(input, _limits)) is not { } header)
        {
            return;
        }

        var pixels = (long)header.Width * header.Height;
        Require.That(pixels is > 0 and <= 100_000, () => $"{header}");
        if (Read(() => ImageReader.ReadFull(input, _limits, CancellationToken.None)) is { } image)
        {
            Require.That((image.Width, image.Height) == (header.Width, header.Height));
            Require.That(image.Pixels.Length == pixels * 3);
        }

        switch (InputBytes.RandomOf(input).Next(8))
        {
            case 0:
                var model = Read(() => ImageReader.ReadForModel(input, _limits, CancellationToken.None));
                Require.That(model is null || (model.Geometry.Width, model.Geometry.Height) == (header.Width, header.Height));
                break;
            case 1 or 2:
                var mask = Read(() => ImageReader.ReadMask(input, _limits, CancellationToken.None));
                Require.That(mask is null || mask.Inside.Length == pixels);
                break;
        }
    }

    /// <summary>What a person is told names no type of .NET.</summary>
    public static void Check(ImageException exception) => Require.That(
        exception.Message.Length > 0 && !exception.Message.Contains("Exception", StringComparison.Ordinal),
        () => exception.Message);

    private static T? Read<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ImageException exception)
        {
            Check(exception);
            return null;
        }
    }
}
