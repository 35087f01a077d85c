using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Encoders.Published;

/// <summary>Writes images in the form in which a published encoder takes them.</summary>
/// <param name="layout">The encoder's layout, of any form but <see cref="PixelForm.Built"/>.</param>
internal sealed class PixelWriter(EncoderLayout layout)
{
    private const int Levels = 256;

    /// <summary>
    /// Mean of ImageNet in grey levels. Graphs with a fixed size subtract it, so that a border of this colour becomes
    /// the zeros with which the model was trained.
    /// </summary>
    private static readonly float[] _meanColour = [123.675f, 116.28f, 103.53f];

    private readonly EncoderLayout _layout = layout;
    private readonly float[] _border = Array.ConvertAll(_meanColour, level => layout.Form switch
    {
        PixelForm.ChannelsNormalised => 0,
        PixelForm.ChannelsUnit => level / (Levels - 1),
        PixelForm.ChannelsBytes => MathF.Round(level),
        _ => level,
    });

    /// <summary>Rows and columns of the tensor for an image.</summary>
    public (int Rows, int Columns) SizeOf(ImageGeometry geometry) =>
        _layout.Form == PixelForm.ChannelsNormalised
            ? (_layout.FixedRows ?? ImageGeometry.ModelSide, _layout.FixedColumns ?? ImageGeometry.ModelSide)
            : (_layout.FixedRows ?? geometry.ResizedHeight, _layout.FixedColumns ?? geometry.ResizedWidth);

    /// <summary>Shape of the tensor for a number of images of one size.</summary>
    public long[] ShapeOf(int images, int rows, int columns) => _layout.Form == PixelForm.RowsColumnsChannels
        ? [rows, columns, 3]
        : [images, 3, rows, columns];

    /// <summary>Writes one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="rows">Rows of the tensor, no fewer than the image has.</param>
    /// <param name="columns">Columns of the tensor, no fewer than the image has.</param>
    /// <param name="tensor">Receives 3 x rows x columns numbers.</param>
    /// <param name="convert">Converts a number to the tensor's type.</param>
    public void Write<T>(ModelImage image, int rows, int columns, Span<T> tensor, Func<float, T> convert)
    {
        var (height, width) = (image.Geometry.ResizedHeight, image.Geometry.ResizedWidth);
        var isInterleaved = _layout.Form == PixelForm.RowsColumnsChannels;
        var (channelStep, pixelStep) = isInterleaved ? (1, 3) : (rows * columns, 1);
        // Numbers for all levels are fewer than pixels.
        var (levels, steps) = (image.Pixels, _layout.Form == PixelForm.ChannelsBytes ? null : image.Steps);
        for (var channel = 0; channel < 3; channel++)
        {
            var values = MakeTable(channel, steps is null ? 1 : FineResampler.Steps, convert);
            var border = convert(_border[channel]);
            for (var row = 0; row < rows; row++)
            {
                var target = channel * channelStep + row * columns * pixelStep;
                var used = row < height ? width : 0;
                var source = row * width * 3 + channel;
                for (var column = 0; column < used; column++, source += 3, target += pixelStep)
                {
                    tensor[target] = values[steps is null ? levels[source] : steps[source]];
                }

                for (var column = used; column < columns; column++, target += pixelStep)
                {
                    tensor[target] = border;
                }
            }
        }
    }

    private T[] MakeTable<T>(int channel, int steps, Func<float, T> convert)
    {
        var table = new T[(Levels - 1) * steps + 1];
        for (var i = 0; i < table.Length; i++)
        {
            var level = i / (float)steps;
            table[i] = convert(_layout switch
            {
                { Form: PixelForm.ChannelsUnit } => level / (Levels - 1),
                { Mean: { } mean, Deviation: { } deviation } => (level - mean[channel]) / deviation[channel],
                _ => level,
            });
        }

        return table;
    }
}
