using Segmentation.Cli.Commands;
using Segmentation.Cli.Evaluating;
using Segmentation.Cli.Everything;
using Segmentation.Cli.Projects;
using Segmentation.Evaluation.Prompting;
using Segmentation.Identity;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Completions;

/// <summary>
/// Values of all options and arguments, which the parser does not know. Tests compare them with what the parser accepts.
/// </summary>
internal static class CompletionValues
{
    private static readonly CompletionValue _text = new(ValueKind.Text);
    private static readonly CompletionValue _file = new(ValueKind.File);
    private static readonly CompletionValue _folder = new(ValueKind.Folder);
    private static readonly CompletionValue _path = new(ValueKind.Path);
    private static readonly CompletionValue _model = new(ValueKind.Model);

    // By the option's name, or by its command and its name where commands differ.
    private static readonly Dictionary<string, CompletionValue> _options = new(StringComparer.Ordinal)
    {
        ["--api-key"] = _text,
        ["--api-key-file"] = _file,
        ["--box"] = _text,
        ["--box-nms-thresh"] = _text,
        ["--burst"] = _text,
        ["--ca"] = _file,
        ["--compare"] = _model,
        ["--crop-n-layers"] = _text,
        ["--crop-n-points-downscale-factor"] = _text,
        ["--crop-nms-thresh"] = _text,
        ["--crop-overlap-ratio"] = _text,
        ["--cutout"] = _file,
        ["--data"] = _folder,
        ["evaluate --data"] = _path,
        ["--decoder"] = _file,
        ["--encoder"] = _file,
        ["evaluate --output"] = _folder,
        ["--expires"] = _text,
        ["--fail-below"] = _text,
        ["--file"] = _file,
        ["everything --format"] = Words(Choice.NamesOf<OutputFormat>()),
        ["projects pull --format"] = Words(FormatNames.Written),
        ["projects push --format"] = Words(FormatNames.Readable),
        ["--groups"] = _file,
        ["--id"] = _text,
        ["segment --json"] = _file,
        ["--label"] = _text,
        ["--labels"] = _text,
        ["--least-masks"] = _text,
        ["--licence"] = _text,
        ["--limit"] = _text,
        ["--logits"] = _file,
        ["--mask"] = _file,
        ["--max-clicks"] = _text,
        ["--max-mask-area-ratio"] = _text,
        ["--min-mask-region-area"] = _text,
        ["--model"] = _model,
        ["--name"] = _text,
        ["--operators"] = _text,
        ["--output"] = _file,
        ["everything --output"] = _folder,
        ["--overlap"] = _text,
        ["--parallel"] = _text,
        ["--point"] = _text,
        ["--point-grids"] = _file,
        ["evaluate --points"] = Words(Choice.NamesOf<PointPlacement>()),
        ["--points-per-batch"] = _text,
        ["--points-per-side"] = _text,
        ["--pred-iou-thresh"] = _text,
        ["--preset"] = _text,
        ["--profile"] = Words(Choice.NamesOf<EverythingProfile>()),
        ["--protocol"] = Words(ProtocolNames.All),
        ["--redis"] = _text,
        ["--redis-ca"] = _file,
        ["--redis-password-file"] = _file,
        ["--root"] = _folder,
        ["--scopes"] = new(ValueKind.List, [.. Scopes.Names]),
        ["--seed"] = _text,
        ["--segmentation"] = Words(Choice.NamesOf<SegmentationForm>()),
        ["--server"] = _text,
        ["--source"] = _text,
        ["--stability-score-offset"] = _text,
        ["--stability-score-thresh"] = _text,
        ["--stage"] = Words(ProjectRunner.Stages),
        ["--tenant"] = _text,
        ["--threads"] = _text,
        ["--units-per-second"] = _text,
        ["--weights-version"] = _text,
    };

    // By command, in order; the last one stands for all that follow where the command takes any number.
    private static readonly Dictionary<string, CompletionValue[]> _arguments = new(StringComparer.Ordinal)
    {
        ["segment"] = [_file],
        ["everything"] = [_path],
        ["evaluate diff"] = [_folder, _folder],
        ["models add"] = [_path],
        ["models show"] = [_model],
        ["models verify"] = [_model],
        ["models check"] = [_model, _file],
        ["models bench"] = [_model],
        ["models remove"] = [_model],
        ["projects create"] = [_text],
        ["projects status"] = [_text],
        ["projects push"] = [_text, _path],
        ["projects run"] = [_text],
        ["projects pull"] = [_text],
        ["projects backup"] = [_text],
        ["projects restore"] = [_file],
        ["projects delete"] = [_text],
        ["keys rotate"] = [_text],
        ["keys revoke"] = [_text],
    };

    /// <summary>Names of all entries, for a test that none is left over.</summary>
    public static IEnumerable<string> Names => _options.Keys.Concat(_arguments.Keys);

    /// <summary>The value of an option; null where nobody has entered it.</summary>
    /// <param name="command">Words of the command.</param>
    /// <param name="option">Name of the option.</param>
    public static CompletionValue? Find(string command, string option) =>
        _options.GetValueOrDefault($"{command} {option}") ?? _options.GetValueOrDefault(option);

    /// <summary>Values of a command's arguments; none where nobody has entered them.</summary>
    /// <param name="command">Words of the command.</param>
    public static IReadOnlyList<CompletionValue> OfArguments(string command) => _arguments.GetValueOrDefault(command) ?? [];

    private static CompletionValue Words(IEnumerable<string> words) => new(ValueKind.Choice, [.. words]);
}
