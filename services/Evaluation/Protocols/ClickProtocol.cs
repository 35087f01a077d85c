using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Geometry;
using Segmentation.Evaluation.Prompting;
using Segmentation.Evaluation.Results;
using Segmentation.Masks;

namespace Segmentation.Evaluation.Protocols;

/// <summary>
/// Clicks on objects, all objects of a picture in step: the first on the object, each further one where the answer before
/// is wrong, with that answer's logits as mask prompt.
/// </summary>
internal static class ClickProtocol
{
    /// <summary>Clicks on each mask until it is good enough, or has all its clicks.</summary>
    public static async Task<IReadOnlyList<ClickOutcome>> RunAsync(
        IMaskPredictor predictor,
        string picture,
        IReadOnlyList<(int Index, TrueMask Item)> masks,
        ProtocolSettings settings,
        CancellationToken cancellationToken)
    {
        var objects = masks.Select(mask =>
            new Clicked(mask.Item.Mask, new SeededRandom(settings.Seed, picture, mask.Index))).ToList();
        for (var click = 1; click <= settings.MaxClicks; click++)
        {
            var open = objects.Where(one => one.PutNext(settings.Placement, click)).ToList();
            if (open.Count == 0)
            {
                break;
            }

            var queries = open.Select(one => new ObjectPrompt([.. one.Clicks], null, one.Logits)).ToList();
            var answers = await predictor
                .PredictAsync(queries, keepsLogits: settings.MaxClicks > 1, cancellationToken).ConfigureAwait(false);
            foreach (var (one, masksOf) in open.Zip(answers))
            {
                one.Take(masksOf);
            }
        }

        return [.. objects.Select(one => one.Outcome())];
    }

    /// <summary>One object under clicks.</summary>
    private sealed class Clicked(RunLengths truth, SeededRandom random)
    {
        private readonly List<double> _iou = [];
        private readonly List<double> _predicted = [];
        private readonly List<double> _boundary = [];
        private RunLengths? _answer;
        private double _oracle;
        private string _counts = "";
        private bool _isDone;

        public List<SimulatedClick> Clicks { get; } = [];

        public ReadOnlyMemory<float>? Logits { get; private set; }

        /// <summary>Puts the next click; false where there is none to put.</summary>
        public bool PutNext(PointPlacement placement, int number)
        {
            if (_isDone || (number > ProtocolSettings.CommonClicks && _iou[^1] >= ProtocolSettings.GoodEnough))
            {
                return false;
            }

            if (ClickSampler.Next(truth, _answer, Clicks, placement, random) is not { } click)
            {
                (_isDone, Logits) = (true, null);
                return false;
            }

            Clicks.Add(click);
            return true;
        }

        public void Take(IReadOnlyList<MaskPrediction> masks)
        {
            var best = masks[0];
            if (_answer is null)
            {
                _oracle = masks.Max(mask => truth.IoU(mask.Mask));
                _counts = best.Mask.ToCocoString();
            }

            (_answer, Logits) = (best.Mask, best.Logits);
            _iou.Add(truth.IoU(best.Mask));
            _predicted.Add(best.PredictedIou);
            _boundary.Add(BoundaryBand.IoU(truth, best.Mask));
        }

        public ClickOutcome Outcome() => new()
        {
            Clicks = Clicks,
            Iou = _iou,
            PredictedIou = _predicted,
            BoundaryIou = _boundary,
            Oracle = _oracle,
            Counts = _counts,
        };
    }
}
