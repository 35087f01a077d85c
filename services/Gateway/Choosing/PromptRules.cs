using Segmentation.Gateway.Contract;
using Segmentation.Models;
using Segmentation.Models.Layouts;

namespace Segmentation.Gateway.Choosing;

/// <summary>
/// Prompts that a model takes, and the sentences for those that it does not take: each names the models that do.
/// </summary>
internal sealed class PromptRules
{
    private readonly ModelPackage _model;
    private readonly IReadOnlyList<ModelPackage> _all;

    /// <param name="model">The model.</param>
    /// <param name="all">All models that are served, to be named in refusals.</param>
    public PromptRules(ModelPackage model, IReadOnlyList<ModelPackage> all)
    {
        (_model, _all) = (model, all);
        Box = Refuse(new(Points: 0, HasBackground: false, HasBox: true, HasMask: false));
        Mask = Refuse(new(Points: 0, HasBackground: false, HasBox: false, HasMask: true));
        Background = Refuse(new(Points: 1, HasBackground: true, HasBox: false, HasMask: false));
        Three = HasThree(model) ? null : RefuseThree();
        while (MaxPoints < PromptLimits.Points && Points(MaxPoints + 1, hasBox: false) is null)
        {
            MaxPoints++;
        }
    }

    /// <summary>The sentence about a prompt with a box; null where the model takes boxes.</summary>
    public string? Box { get; }

    /// <summary>The sentence about a prompt with a mask; null where the model takes masks.</summary>
    public string? Mask { get; }

    /// <summary>The sentence about a point on the background; null where the model takes such points.</summary>
    public string? Background { get; }

    /// <summary>The sentence about three masks; null where the model makes three.</summary>
    public string? Three { get; }

    /// <summary>Most points of a prompt without a box.</summary>
    public int MaxPoints { get; }

    /// <summary>The sentence about a number of points; null where the model takes so many.</summary>
    /// <param name="count">Points of the prompt.</param>
    /// <param name="hasBox">True if the prompt has a box, whose corners are points of some models.</param>
    public string? Points(int count, bool hasBox) => _model.Layout.Decoder.MaxPoints is null
        ? null
        : Refuse(new(count, HasBackground: false, hasBox && Box is null, HasMask: false));

    private static bool HasThree(ModelPackage model) => model.Layout.Decoder.Tokens.Count(token => token > 0) == 3;

    private string? Refuse(PromptFeatures prompt) => PromptRefusals.Of(_model, prompt, _all);

    private string RefuseThree()
    {
        var others = string.Join(", ", _all.Where(HasThree).Select(model => model.Id).Order(StringComparer.Ordinal));
        return $"The model '{_model.Id}' makes one mask a prompt. "
            + (others.Length > 0 ? $"These models make three: {others}." : "No model here makes three.");
    }
}
