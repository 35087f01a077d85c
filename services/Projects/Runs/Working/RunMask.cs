using Google.Protobuf;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Makes operations of the masks that a run found, with all that is needed to make the masks again.</summary>
/// <param name="run">The run.</param>
/// <param name="modelDigest">Digest of the model.</param>
internal sealed class RunMask(RunRow run, string modelDigest)
{
    private static readonly JsonFormatter _json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private readonly string _thresholds = _json.Format(EverythingOptions.Parser.ParseFrom(run.Options));

    /// <summary>Makes the operation that creates a mask.</summary>
    /// <param name="found">The mask.</param>
    /// <param name="z">Place in the stack.</param>
    /// <param name="now">Time of creation.</param>
    public Operation ToOperation(FoundMask found, int z, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now).ToString("D"),
        Create = new Annotation
        {
            Id = Guid.CreateVersion7(now).ToString("D"),
            Label = run.LabelId,
            Mask = found.Mask.Rle,
            Z = z,
            State = run.Stage == RunStage.SemiAutomatic ? AnnotationState.Proposed : AnnotationState.Active,
            Provenance = Provenance(found),
        },
    };

    private Provenance Provenance(FoundMask found)
    {
        var crop = found.CropBox;
        return new Provenance
        {
            Source = run.Stage == RunStage.SemiAutomatic ? AnnotationSource.Proposed : AnnotationSource.Automatic,
            Prompts = { new Prompt { Points = { found.Point } } },
            ModelDigest = modelDigest,
            PredictedIou = found.Mask.PredictedIou,
            StabilityScore = found.Mask.StabilityScore,
            ThresholdsJson = _thresholds,
            Run = run.Id,
            CropBox = { (int)crop.X, (int)crop.Y, (int)crop.Width, (int)crop.Height },
        };
    }
}
