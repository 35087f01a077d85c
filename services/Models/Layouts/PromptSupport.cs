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

    /// <summary>
    /// Returns a sentence that refuses a prompt and names models that can take it; null if the model can.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="served">All models that could be chosen instead.</param>
    public static string? Refusal(ModelPackage model, PromptFeatures prompt, IEnumerable<ModelPackage> served)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(served);
        if (Refusal(model.Layout.Decoder, prompt) is not { } reason)
        {
            return null;
        }

        var others = served.Where(other => Refusal(other.Layout.Decoder, prompt) is null).Select(other => other.Id);
        var names = string.Join(", ", others.Order(StringComparer.Ordinal));
        return $"The model '{model.Id}' {reason}. "
            + (names.Length > 0
                ? $"These models can take this prompt: {names}."
                : "No model here can take this prompt.");
    }
}
