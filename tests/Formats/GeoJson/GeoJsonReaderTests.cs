using Segmentation.Formats.Registry;

namespace Segmentation.Formats.Tests.GeoJson;

public sealed class GeoJsonReaderTests
{
    [Theory]
    [InlineData("[[[1, 1], [5, 1], [5, 4], [1, 4], [1, 1]], [[2, 2], [3, 2], [3, 3], [2, 3], [2, 2]]]")]
    [InlineData("[[[1, -1], [5, -1], [5, -4], [1, -4], [1, -1]], [[2, -2], [3, -2], [3, -3], [2, -3], [2, -2]]]")]
    public void Read_PolygonWithAHole_EitherDirectionOfY(string coordinates)
    {
        var dataset = File($$$"""
            {"type": "Feature", "properties": {"classification": {"name": "Tumor"}},
             "geometry": {"type": "Polygon", "coordinates": {{{coordinates}}}}}
            """);

        var (pictures, problems) = Datasets.Read("geojson", dataset, Known);

        Assert.Empty(problems);
        var mask = Assert.Single(Assert.Single(pictures).Masks);
        Assert.Equal(("a.jpg", "Tumor", 11L), (pictures[0].Name, mask.Label, mask.Mask.Area));
        Assert.Equal((1, 1), (mask.Mask.Box.X, mask.Mask.Box.Y));
        Assert.Equal("geojson", DatasetFormats.Recognise(dataset)?.Format);
        Assert.Equal("Tumor", Assert.Single(Datasets.Labels("geojson", dataset)).Name);
    }

    [Theory]
    [InlineData("""{"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 1]}}""", "geometry.type")]
    [InlineData("""{"type": "Feature", "geometry": null}""", "geometry")]
    [InlineData("""{"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": []}}""",
        "geometry.coordinates")]
    [InlineData("""{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}}""", "geometry.coordinates")]
    [InlineData("""{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[13.4, 52.5], [1e7, 52.6], [13.5, 1e7]]]}}""",
        "geometry.coordinates")]
    [InlineData("17", "geometry")]
    public void Read_BadFeature_IsReported(string feature, string field)
    {
        var (pictures, problems) = Datasets.Read("geojson", File(feature), Known);

        Assert.Empty(Assert.Single(pictures).Masks);
        Assert.Equal(("a.jpg: feature 0", field), (Assert.Single(problems).Item, problems[0].Field));
    }

    private static DatasetPicture? Known(string name) =>
        name == "a.jpg" ? new() { Name = name, Width = 10, Height = 8 } : null;

    private static MemoryDataset File(string features) =>
        MemoryDataset.Of(("a.geojson", $$$"""{"type": "FeatureCollection", "features": [{{{features}}}]}"""));
}
