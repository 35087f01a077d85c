using System.Text;
using Google.Protobuf;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Makes rows of the masks that a run found, with all that is needed to make the masks again.</summary>
/// <param name="run">The run.</param>
/// <param name="modelDigest">Digest of the model.</param>
internal sealed class RunMask(RunRow run, string modelDigest)
{
    private static readonly JsonFormatter _json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private readonly string _thresholds = _json.Format(EverythingOptions.Parser.ParseFrom(run.Options));

    /// <summary>True where the masks are proposals.</summary>
    public bool IsProposal => run.Stage == RunStage.SemiAutomatic;

    /// <summary>Label of the masks; 0: none.</summary>
    public int Label => run.LabelId;

    /// <summary>Makes the row of a mask.</summary>
    /// <param name="found">The mask.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="z">Place in the stack.</param>
    /// <param name="now">Time of creation.</param>
    public AnnotationRow ToRow(FoundMask found, long picture, int z, DateTimeOffset now)
    {
        var provenance = Provenance(found);
        var box = found.Mask.BoundingBox;
        return new AnnotationRow
        {
            Id = Guid.CreateVersion7(now),
            ProjectId = run.ProjectId,
            PictureId = picture,
            Revision = 1,
            LabelId = run.LabelId,
            Counts = Encoding.ASCII.GetBytes(found.Mask.Rle.Counts),
            BoxX = (int)box.X,
            BoxY = (int)box.Y,
            BoxWidth = (int)box.Width,
            BoxHeight = (int)box.Height,
            Area = (long)found.Mask.Area,
            Z = z,
            AttributesJson = "",
            State = IsProposal ? AnnotationState.Proposed : AnnotationState.Active,
            Source = provenance.Source,
            PredictedIou = found.Mask.PredictedIou,
            RunId = run.Id,
            Provenance = provenance.ToByteArray(),
            Creator = run.Creator,
            Editor = run.Creator,
            CreateTime = now,
            UpdateTime = now,
        };
    }

    private Provenance Provenance(FoundMask found)
    {
        var crop = found.CropBox;
        return new Provenance
        {
            Source = IsProposal ? AnnotationSource.Proposed : AnnotationSource.Automatic,
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
