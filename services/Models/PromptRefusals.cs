using Segmentation.Models.Layouts;

namespace Segmentation.Models;

/// <summary>Sentences for prompts that a model cannot take.</summary>
public static class PromptRefusals
{
    /// <summary>
    /// Returns a sentence that refuses a prompt and names models that can take it; null if the model can.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="served">All models that could be chosen instead.</param>
    public static string? Of(ModelPackage model, PromptFeatures prompt, IEnumerable<ModelPackage> served)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(served);
        if (PromptSupport.Refusal(model.Layout.Decoder, prompt) is not { } reason)
        {
            return null;
        }

        var others = served
            .Where(other => PromptSupport.Refusal(other.Layout.Decoder, prompt) is null)
            .Select(other => other.Id);
        var names = string.Join(", ", others.Order(StringComparer.Ordinal));
        return $"The model '{model.Id}' {reason}. "
            + (names.Length > 0
                ? $"These models can take this prompt: {names}."
                : "No model here can take this prompt.");
    }
}
