namespace Segmentation.Models.Layouts;

/// <summary>Rules of prompts that a model cannot take.</summary>
public static class PromptSupport
{
    /// <summary>Returns the reason why a decoder cannot take a prompt; null if it can.</summary>
    /// <param name="layout">The decoder's layout.</param>
    /// <param name="prompt">The prompt.</param>
    /// <returns>The end of a sentence that begins with the model: "takes no boxes".</returns>
    public static string? Refusal(DecoderLayout layout, PromptFeatures prompt)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var points = prompt.Points + (prompt.HasBox && layout.Box == BoxPort.Labels ? 2 : 0);
        var most = layout.MaxPoints - (layout.AddsPadding ? 0 : 1);
        return prompt.HasBox && layout.Box == BoxPort.None ? "takes no boxes"
            : prompt.HasMask && !layout.TakesMask ? "takes no masks as prompts"
            : prompt.HasBackground && !layout.TakesBackground ? "takes no background points"
            : points > most ? $"takes at most {most} points (a box counts as two), and this prompt has {points}"
            : null;
    }
}
