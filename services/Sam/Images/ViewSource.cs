using NetVips;
using Segmentation.Sam.Images.Containers;

namespace Segmentation.Sam.Images;

/// <summary>Gives libvips the bytes of a view. Each read checks whether reading must end.</summary>
internal static class ViewSource
{
    /// <summary>Makes a source for libraries that read bytes as they need them, a few thousand at a time.</summary>
    public static Source Streamed(FileView view, ReadStop stop)
    {
        var source = new SourceCustom();
        var position = 0L;
        source.OnRead += (buffer, length) =>
        {
            // NetVips turns exceptions into errors of the read; whoever started the decoding asks again for the reason.
            stop.Check();
            var read = view.Read(position, buffer.AsSpan(0, length));
            position += read;
            return read;
        };
        source.OnSeek += (offset, origin) =>
        {
            position = origin switch
            {
                SeekOrigin.Begin => offset,
                SeekOrigin.Current => position + offset,
                _ => view.Length + offset,
            };
            return position;
        };
        return source;
    }

    /// <summary>Makes a source for libraries that need all bytes side by side.</summary>
    public static Source Mapped(FileView view) => Source.NewFromMemory(view.ToArray());
}
