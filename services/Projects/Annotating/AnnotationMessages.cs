using System.Text;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>Makes messages of rows, and rows of messages.</summary>
internal static class AnnotationMessages
{
    /// <summary>The message of an annotation.</summary>
    /// <param name="row">The annotation.</param>
    /// <param name="width">Width of the upright picture in pixels.</param>
    /// <param name="height">Height of the upright picture in pixels.</param>
    public static Annotation Of(AnnotationRow row, int width, int height) => new()
    {
        Id = row.Id.ToString("D"),
        Picture = row.PictureId,
        Revision = row.Revision,
        Label = row.LabelId,
        Mask = new RunLengthEncoding
        {
            Size = { (uint)height, (uint)width }, Counts = Encoding.ASCII.GetString(row.Counts),
        },
        BoundingBox = new BoundingBox
        {
            X = (uint)row.BoxX, Y = (uint)row.BoxY, Width = (uint)row.BoxWidth, Height = (uint)row.BoxHeight,
        },
        Area = row.Area,
        Z = row.Z,
        Group = row.GroupNumber,
        AttributesJson = row.AttributesJson,
        State = row.State,
        Provenance = Provenance.Parser.ParseFrom(row.Provenance),
        Job = row.JobId,
        Verdict = row.Verdict,
        Creator = row.Creator,
        Editor = row.Editor,
        CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
        UpdateTime = Timestamp.FromDateTimeOffset(row.UpdateTime),
        DeleteTime = row.DeleteTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
        Crowd = row.Crowd,
        Occluded = row.Occluded,
    };

    /// <summary>Writes the values of a create or an update into a row: all that is not output only.</summary>
    public static void Write(OperationDraft draft, AnnotationRow row)
    {
        var values = draft.Values!;
        row.LabelId = values.Label;
        row.Counts = draft.Counts;
        (row.BoxX, row.BoxY) = (draft.Box.X, draft.Box.Y);
        (row.BoxWidth, row.BoxHeight) = (draft.Box.Width, draft.Box.Height);
        row.Area = draft.Area;
        row.Z = values.Z;
        row.GroupNumber = values.Group;
        row.AttributesJson = values.AttributesJson;
        row.State = values.State == AnnotationState.Unspecified ? AnnotationState.Active : values.State;
        row.Crowd = values.Crowd;
        row.Occluded = values.Occluded;
        Write(values.Provenance ?? new Provenance(), row);
    }

    /// <summary>Writes an origin into a row, with its copies for queries.</summary>
    public static void Write(Provenance provenance, AnnotationRow row)
    {
        row.Source = provenance.Source == AnnotationSource.Unspecified ? AnnotationSource.Manual : provenance.Source;
        row.PredictedIou = provenance.PredictedIou;
        row.Edited = provenance.Edited;
        row.RunId = provenance.Run;
        row.Provenance = Google.Protobuf.MessageExtensions.ToByteArray(provenance);
    }
}
