using System.Text;
using Segmentation.Formats;
using Segmentation.Masks;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Exports;

/// <summary>Columns of an annotation that an export reads: no more columns than formats take.</summary>
internal sealed record ExportMask
{
    // By the numbers of AnnotationSource; without one, manual.
    private static readonly string[] _names =
        ["manual", "manual", "assisted", "proposed", "automatic", "imported", "merged"];

    public required Guid Id { get; init; }

    public required long PictureId { get; init; }

    public required int LabelId { get; init; }

    public required byte[] Counts { get; init; }

    public required int Z { get; init; }

    public required int GroupNumber { get; init; }

    public required string AttributesJson { get; init; }

    public required bool Crowd { get; init; }

    public required bool Occluded { get; init; }

    public required AnnotationSource Source { get; init; }

    public required float PredictedIou { get; init; }

    /// <summary>The origin as a protocol buffer; null: it is not read.</summary>
    public required byte[]? Provenance { get; init; }

    /// <summary>The mask as formats take it.</summary>
    /// <param name="plan">Names of labels.</param>
    /// <param name="height">Height of the upright picture in pixels.</param>
    /// <param name="width">Width of the upright picture in pixels.</param>
    /// <exception cref="RunLengthsFormatException">The run lengths are not of this size.</exception>
    public DatasetMask ToDataset(ExportPlan plan, int height, int width)
    {
        var mask = new DatasetMask
        {
            Id = Id.ToString("D"),
            Label = plan.LabelNames.GetValueOrDefault(LabelId),
            Mask = RunLengths.FromCocoString(height, width, Encoding.ASCII.GetString(Counts)),
            Z = Z,
            Group = GroupNumber,
            AttributesJson = AttributesJson.Length > 0 ? AttributesJson : null,
            Crowd = Crowd,
            Occluded = Occluded,
            Source = _names[(int)Source],
            PredictedIou = PredictedIou > 0 ? PredictedIou : null,
        };
        return Provenance is null ? mask : WithOrigin(mask, Protocol.Projects.V1.Provenance.Parser.ParseFrom(Provenance));
    }

    private static DatasetMask WithOrigin(DatasetMask mask, Provenance origin) => mask with
    {
        StabilityScore = origin.StabilityScore > 0 ? origin.StabilityScore : null,
        Points = [.. origin.Prompts.SelectMany(prompt => prompt.Points).SelectMany(point => new double[] { point.X, point.Y })],
        CropBox = [.. origin.CropBox],
    };
}
