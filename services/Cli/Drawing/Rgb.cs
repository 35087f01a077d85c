namespace Segmentation.Cli.Drawing;

/// <summary>A colour, 0 to 255 a channel.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B);
