using Segmentation.Cli.Commands;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Segmenting;

/// <summary>Refuses prompts outside of the image, before any work begins.</summary>
internal static class PromptCheck
{
    public static void ThrowIfOutside(SegmentArguments arguments, ImageHeader image)
    {
        foreach (var point in arguments.Points)
        {
            if (point.X < 0 || point.Y < 0 || point.X > image.Width || point.Y > image.Height)
            {
                throw Outside($"--point {point.X},{point.Y}", image);
            }
        }

        foreach (var box in arguments.Boxes)
        {
            if (box.XMin >= image.Width || box.YMin >= image.Height || box.XMax <= 0 || box.YMax <= 0)
            {
                throw Outside($"--box {box.XMin},{box.YMin},{box.XMax},{box.YMax}", image);
            }
        }
    }

    private static CliException Outside(FormattableString prompt, ImageHeader image) => new(
        $"{FormattableString.Invariant(prompt)} lies outside of the image, which has {image.Width} x {image.Height} "
            + "pixels.",
        CommandRunner.Usage);
}
