using Segmentation.Formats.Coco;
using Segmentation.Formats.Cvat;
using Segmentation.Formats.Datumaro;
using Segmentation.Formats.GeoJson;
using Segmentation.Formats.Labelme;
using Segmentation.Formats.LabelStudio;
using Segmentation.Formats.Panoptic;
using Segmentation.Formats.PngMaps;
using Segmentation.Formats.Sa1b;
using Segmentation.Formats.Voc;
using Segmentation.Formats.Yolo;

namespace Segmentation.Formats.Registry;

/// <summary>
/// All formats of datasets. Readers and writers have no state and serve any number of callers at once.
/// </summary>
public static class DatasetFormats
{
    /// <summary>Name of datasets that are pictures alone, which need no reader.</summary>
    public const string Pictures = "pictures";

    /// <summary>Readers, in the order in which they are asked if a dataset is theirs.</summary>
    public static IReadOnlyList<IDatasetReader> Readers { get; } =
    [
        new VocReader(),
        new PanopticReader(),
        new DatumaroReader(),
        new Sa1bReader(),
        new LabelmeReader(),
        new GeoJsonReader(),
        new LabelStudioReader(),
        new CocoReader(),
        new CvatReader(),
        new InstanceReader(),
        new SemanticReader(),
        new YoloReader(),
    ];

    /// <summary>
    /// Writers. Every reader has one; <c>coco-polygons</c> is COCO with polygons where they lose nothing.
    /// </summary>
    public static IReadOnlyList<IDatasetWriter> Writers { get; } =
    [
        new CocoDatasetWriter(),
        new CocoDatasetWriter(polygons: true),
        new PanopticWriter(),
        new Sa1bDatasetWriter(),
        new CvatWriter(),
        new LabelStudioWriter(),
        new YoloWriter(),
        new VocWriter(),
        new SemanticWriter(),
        new InstanceWriter(),
        new DatumaroWriter(),
        new LabelmeWriter(),
        new GeoJsonWriter(),
    ];

    /// <summary>Finds a reader; null: there is none.</summary>
    /// <param name="name">Name of the format, for example <c>coco</c>.</param>
    public static IDatasetReader? FindReader(string name) => Readers.FirstOrDefault(reader => reader.Format == name);

    /// <summary>Finds a writer; null: there is none.</summary>
    /// <param name="name">Name of the format, for example <c>coco</c>.</param>
    public static IDatasetWriter? FindWriter(string name) => Writers.FirstOrDefault(writer => writer.Format == name);

    /// <summary>Finds the reader of a dataset by its files; null: no format is known for it.</summary>
    /// <param name="source">The files.</param>
    public static IDatasetReader? Recognise(IDatasetSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Readers.FirstOrDefault(reader => reader.Recognises(source));
    }
}
