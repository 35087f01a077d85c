namespace Segmentation.Masks.Tests;

/// <summary>Pixels 0 or 1, row by row.</summary>
internal sealed record RowMajorMask(int Height, int Width, byte[] Pixels)
{
    public RunLengths ToRunLengths() => RunLengths.FromBytes(Height, Width, Pixels);

    public override string ToString()
    {
        var rows = Enumerable.Range(0, Height).Select(y => string.Concat(Pixels.Skip(y * Width).Take(Width)));
        return $"{Height} x {Width}: {string.Join('/', rows)}";
    }
}
