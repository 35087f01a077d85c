using Grpc.Core;
using Segmentation.Doors.LabelStudio;

namespace Segmentation.Doors.Tests.LabelStudio;

public sealed class LabelConfigReaderTests
{
    private const string Both = """
        <View>
          <Image name="picture" value="$photo" zoom="true"/>
          <PolygonLabels name="outline" toName="picture"><Label value="Dog"/></PolygonLabels>
          <KeyPointLabels name="click" toName="picture" smart="true"><Label value="Cat"/></KeyPointLabels>
          <View><BrushLabels name="brush" toName="picture"><Label value="Cat"/><Label value="Dog" alias="d"/></BrushLabels></View>
        </View>
        """;

    [Fact]
    public void Read_BrushAndPolygon_IsTheBrush()
    {
        var config = LabelConfigReader.Read(Both);

        Assert.Equal((RegionForm.Brush, "brush", "picture", "photo"), (config.Form, config.Control, config.Picture, config.Variable));
        Assert.Equal(["Cat", "d"], config.Labels);
    }

    [Theory]
    [InlineData("PolygonLabels", nameof(RegionForm.Polygon))]
    [InlineData("BitmaskLabels", nameof(RegionForm.Bitmask))]
    public void Read_OneControl_IsItsForm(string tag, string form)
    {
        var config = LabelConfigReader.Read(
            $"""<View><{tag} name="a" toName="b"><Label value="x"/></{tag}><Image name="b" value="$c"/></View>""");

        Assert.Equal(form, config.Form.ToString());
        Assert.Equal("x", config.LabelOf(null));
    }

    [Theory]
    [InlineData("Dog", "Dog")]
    [InlineData("Bird", null)]
    [InlineData(null, null)]
    public void LabelOf_SeveralLabels_IsOneOfThem(string? wanted, string? label)
    {
        var config = new LabelConfig(RegionForm.Brush, "a", "b", "c", ["Cat", "Dog"]);

        Assert.Equal(label, config.LabelOf(wanted));
    }

    [Fact]
    public void LabelOf_LabelsOfTheTask_IsTheWanted()
    {
        var config = LabelConfigReader.Read(
            """<View><Image name="b" value="$c"/><BrushLabels name="a" toName="b" value="$labels"/></View>""");

        Assert.Equal("Bird", config.LabelOf("Bird"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<View>")]
    [InlineData("<View/>")]
    [InlineData("""<View><BrushLabels name="a" toName="missing"/></View>""")]
    [InlineData("""<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><View>&b;</View>""")]
    [InlineData("""<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><View/>""")]
    public void Read_NoUsableConfig_SaysSo(string xml)
    {
        var problem = Assert.Throws<RpcException>(() => LabelConfigReader.Read(xml));

        Assert.Equal(StatusCode.InvalidArgument, problem.StatusCode);
        Assert.StartsWith("label_config: ", problem.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooMuch_IsRefused()
    {
        Assert.Throws<RpcException>(() => LabelConfigReader.Read(new string(' ', LabelConfigReader.MaxLength + 1)));
        Assert.Throws<RpcException>(() => LabelConfigReader.Read(
            string.Concat(Enumerable.Repeat("<a>", 100)) + string.Concat(Enumerable.Repeat("</a>", 100))));
        Assert.Throws<RpcException>(() => LabelConfigReader.Read(
            $"<View>{string.Concat(Enumerable.Repeat("<a/>", 20_001))}</View>"));
    }
}
