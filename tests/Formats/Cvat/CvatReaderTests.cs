using Segmentation.Formats.Registry;

namespace Segmentation.Formats.Tests.Cvat;

public sealed class CvatReaderTests
{
    private const string Labels = """
        <meta><task><id>3</id><name>street</name><labels>
          <label><name>car</name><color>#fa3253</color><type>any</type>
            <attributes><attribute><name>model</name><mutable>False</mutable></attribute></attributes></label>
          <label><name>dog</name><color>#24b353</color><type>any</type><attributes></attributes></label>
        </labels><owner><username>u</username></owner></task></meta>
        """;

    [Fact]
    public void Read_FileOfCvat_GivesMasksAndPolygons()
    {
        // The mask is an L in the box from (2, 1): rows 1 0 / 1 0 / 1 1.
        var dataset = Xml("""
            <image id="5" name="frames/a.png" subset="Train" task_id="3" width="10" height="8">
              <mask label="car" source="semi-auto" occluded="1" rle="0, 1, 1, 1, 1, 2" left="2" top="1" width="2" height="3" z_order="4" group_id="9">
                <attribute name="model">vw &amp; co</attribute>
              </mask>
              <polygon label="dog" source="manual" occluded="0" points="1.00,1.00;5.00,1.00;5.00,4.00;1.00,4.00" z_order="0">
              </polygon>
              <tag label="dog" source="manual"></tag>
            </image>
            <image id="6" name="b.png" width="4" height="4"/>
            """);

        var (pictures, problems) = Datasets.Read("cvat", dataset);

        Assert.Empty(problems);
        Assert.Equal(["frames/a.png", "b.png"], pictures.Select(picture => picture.Name));
        Assert.Equal((5L, "train"), (pictures[0].Id, pictures[0].Split));
        // The lowest first.
        Assert.Equal(["dog", "car"], pictures[0].Masks.Select(mask => mask.Label));
        var mask = pictures[0].Masks[1];
        Assert.Equal((true, 4, 9, "assisted"), (mask.Occluded, mask.Z, mask.Group, mask.Source));
        Assert.Equal("""{"model":"vw & co"}""", mask.AttributesJson);
        Assert.Equal([(2, 1), (2, 2), (2, 3), (3, 3)], Pixels(mask));
        Assert.Equal(12, pictures[0].Masks[0].Mask.Area);
        Assert.Equal(
            [("car", "#fa3253"), ("dog", "#24b353")],
            Datasets.Labels("cvat", dataset).Select(label => (label.Name, label.Color!)));
        Assert.Equal("cvat", DatasetFormats.Recognise(dataset)?.Format);
    }

    [Theory]
    [InlineData("""<mask label="car" rle="0, 7" left="2" top="1" width="2" height="3"/>""", "rle")]
    [InlineData("""<mask label="car" rle="0, x" left="2" top="1" width="2" height="3"/>""", "rle")]
    [InlineData("""<mask label="car" rle="0, 99999999999" left="2" top="1" width="2" height="3"/>""", "rle")]
    [InlineData("""<mask label="car" rle="6" left="2" top="1" width="2" height="3"/>""", "rle")]
    [InlineData("""<mask label="car" rle="0, 6" left="9" top="1" width="2" height="3"/>""", "left")]
    [InlineData("""<mask label="car" rle="0, 6" left="-1" top="1" width="2" height="3"/>""", "left")]
    [InlineData("""<mask label="car" rle="0, 6" left="1" top="1" width="2000000000" height="2000000000"/>""", "left")]
    [InlineData("""<mask rle="0, 6" left="2" top="1" width="2" height="3"/>""", "label")]
    [InlineData("""<polygon label="car" points="1,1;2,2"/>""", "points")]
    [InlineData("""<polygon label="car" points="1,1;2,NaN;3,3"/>""", "points")]
    [InlineData("""<box label="car" xtl="1" ytl="1" xbr="2" ybr="2"/>""", "")]
    public void Read_BadShape_IsReportedAndTheRestGoesThrough(string shape, string field)
    {
        var (pictures, problems) = Datasets.Read("cvat", Xml($"""
            <image id="0" name="a.png" width="10" height="8">
              {shape}
              <mask label="car" rle="0, 6" left="2" top="1" width="2" height="3"><attribute name="x">1</attribute></mask>
            </image>
            """));

        Assert.Single(Assert.Single(pictures).Masks);
        var problem = Assert.Single(problems);
        Assert.StartsWith("a.png: ", problem.Item, StringComparison.Ordinal);
        Assert.Equal(field, problem.Field);
    }

    [Fact]
    public void Read_BadPicture_IsReportedAndTheNextIsRead()
    {
        var (pictures, problems) = Datasets.Read("cvat", Xml("""
            <image id="0" name="a.png" width="1000000000" height="1000000000"><tag label="dog"/></image>
            <image id="1" name="b.png" width="10" height="8"></image>
            """));

        Assert.Equal("b.png", Assert.Single(pictures).Name);
        Assert.Equal(("a.png", "width"), (problems[0].Item, problems[0].Field));
    }

    [Theory]
    [InlineData("<annotations><image id='0' name='a' width='1' height='1'>", "line 1, column")]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><annotations>&b;</annotations>", "")]
    [InlineData("<annotations><track id='0'/></annotations>", "for images 1.1")]
    public void Read_OtherXml_SaysWhatToDo(string xml, string reason)
    {
        var exception = Assert.Throws<DatasetFormatException>(
            () => Datasets.Read("cvat", MemoryDataset.Of(("annotations.xml", xml))));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(int X, int Y)> Pixels(DatasetMask mask)
    {
        var pixels = mask.Mask.ToBytes();
        return Enumerable.Range(0, pixels.Length).Where(at => pixels[at] != 0)
            .Select(at => (at % mask.Mask.Width, at / mask.Mask.Width));
    }

    private static MemoryDataset Xml(string images) => MemoryDataset.Of((
        "annotations.xml",
        $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations><version>1.1</version>{Labels}{images}</annotations>"));
}
