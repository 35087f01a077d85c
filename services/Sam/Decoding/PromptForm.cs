using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Decoding;

/// <summary>Form in which a decoder takes points and boxes.</summary>
internal sealed record PromptForm
{
    /// <summary>SAM 1: points, then a box's corners, or a padding point where there is no box.</summary>
    public static PromptForm Sam1 { get; } = new();

    /// <summary>True if a box's corners come before the points, as in SAM 2; else after them.</summary>
    public bool PutsBoxFirst { get; private init; }

    /// <summary>True if a box is an input of its own, and its corners are no points.</summary>
    public bool TakesBoxApart { get; private init; }

    /// <summary>True if a prompt without a box ends with a padding point.</summary>
    public bool PadsPoints { get; private init; } = true;

    /// <summary>True if a prompt with a box ends with a padding point too, as in SAM 2.</summary>
    public bool PadsBoxes { get; private init; }

    /// <summary>
    /// Side of the square that coordinates are pixels of. Decoders that take pixels of an image are told that the image
    /// is a square of 256 pixels: their masks then have the size of the logits.
    /// </summary>
    public int Side { get; private init; } = ImageGeometry.ModelSide;

    /// <summary>Returns the form that a decoder takes.</summary>
    /// <param name="layout">The decoder's layout.</param>
    public static PromptForm Of(DecoderLayout layout)
    {
        return new PromptForm
        {
            PutsBoxFirst = layout.IsSam2,
            TakesBoxApart = layout.Box == BoxPort.Input,
            PadsPoints = !layout.AddsPadding,
            PadsBoxes = !layout.AddsPadding && layout.IsSam2,
            Side = layout.TakesImagePixels ? ImageGeometry.LowResSide : ImageGeometry.ModelSide,
        };
    }

    /// <summary>Points of a prompt as the decoder takes them, box corners and padding included.</summary>
    public int PointsOf(Prompt prompt)
    {
        var corners = prompt.Box is null || TakesBoxApart ? 0 : 2;
        return prompt.Points.Count + corners + (IsPadded(prompt) ? 1 : 0);
    }

    /// <summary>True if a prompt ends with a padding point.</summary>
    public bool IsPadded(Prompt prompt) => prompt.Box is null ? PadsPoints : PadsBoxes;
}
