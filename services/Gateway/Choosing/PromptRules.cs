using Segmentation.Gateway.Contract;
using Segmentation.Models;
using Segmentation.Models.Layouts;

namespace Segmentation.Gateway.Choosing;

/// <summary>
/// Prompts that a model takes, and the sentences for those that it does not take: each names the models that do.
/// </summary>
internal sealed class PromptRules
{
    private readonly string _id;
    private readonly DecoderLayout _decoder;
    private readonly IReadOnlyList<ModelPackage> _all;

    /// <param name="model">The model.</param>
    /// <param name="all">All models that are served, to be named in refusals.</param>
    public PromptRules(ModelPackage model, IReadOnlyList<ModelPackage> all)
    {
        (_id, _decoder, _all) = (model.Id, model.Layout.Decoder, all);
        Box = TakesBox(_decoder) ? null : Refuse("takes no boxes", TakesBox);
        Mask = TakesMask(_decoder) ? null : Refuse("takes no masks as prompts", TakesMask);
        Background = TakesBackground(_decoder) ? null : Refuse("takes no background points", TakesBackground);
        Three = HasThree(_decoder) ? null : Refuse("makes one mask a prompt", HasThree);
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
    public int MaxPoints => Math.Min(PromptLimits.Points, RoomOf(_decoder, hasBox: false));

    /// <summary>The sentence about a number of points; null where the model takes so many.</summary>
    /// <param name="count">Points of the prompt.</param>
    /// <param name="hasBox">True if the prompt has a box, whose corners are points of some models.</param>
    public string? Points(int count, bool hasBox)
    {
        if (count <= RoomOf(_decoder, hasBox))
        {
            return null;
        }

        var with = hasBox ? " beside a box" : "";
        return Refuse(
            $"takes at most {RoomOf(_decoder, hasBox)} points{with}, and the prompt has {count}",
            decoder => (!hasBox || TakesBox(decoder)) && RoomOf(decoder, hasBox) >= count);
    }

    private static bool TakesBox(DecoderLayout decoder) => decoder.Box != BoxPort.None;

    private static bool TakesMask(DecoderLayout decoder) => decoder.TakesMask;

    private static bool TakesBackground(DecoderLayout decoder) => decoder.TakesBackground;

    private static bool HasThree(DecoderLayout decoder) => decoder.Tokens.Count(token => token > 0) == 3;

    /// <summary>Points that a decoder has room for: the corners of a box, or the padding point, take some of it.</summary>
    private static int RoomOf(DecoderLayout decoder, bool hasBox)
    {
        if (decoder.MaxPoints is not { } most)
        {
            return PromptLimits.Points;
        }

        var corners = hasBox && decoder.Box == BoxPort.Labels ? 2 : 0;
        var padding = hasBox || decoder.AddsPadding ? 0 : 1;
        return Math.Max(0, most - corners - padding);
    }

    private string Refuse(string rule, Func<DecoderLayout, bool> takes)
    {
        var others = string.Join(", ", _all.Where(model => takes(model.Layout.Decoder)).Select(model => model.Id));
        return $"Model {_id} {rule}. "
            + (others.Length > 0 ? $"Models that can: {others}." : "No model that is served here can.");
    }
}
