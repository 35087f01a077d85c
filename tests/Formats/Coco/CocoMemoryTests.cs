using System.Globalization;
using System.Text;
using Segmentation.Formats.Registry;
using Segmentation.Masks;

namespace Segmentation.Formats.Tests.Coco;

/// <summary>Memory while large files are read. Runs alone, since the memory of all tests is one.</summary>
[Collection(Alone)]
public sealed class CocoMemoryTests
{
    private const string Alone = "Memory of the process";

    [Fact]
    public void Read_ManyAnnotations_KeepsMemoryFlat()
    {
        // 60,000 annotations of 1,000 pictures in an order of their own: 30 MB of JSON.
        var text = new StringBuilder("{\"annotations\": [");
        var counts = new RunLengths(8, 10, 0, 3, 77).ToCocoString();
        var rest = $$$""" "note": "{{{new string('n', 400)}}}", "segmentation": {"size": [8, 10], "counts": "{{{counts}}}"}""";
        for (var i = 0; i < 60_000; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $$$"""{"id": {{{i}}}, "image_id": {{{i * 7919 % 1000}}}, "category_id": 18, {{{rest}}}}""");
        }

        text.Append("], \"categories\": [{\"id\": 18, \"name\": \"dog\"}], \"images\": [").AppendJoin(',', Enumerable.Range(0, 1000).Select(id =>
            $$$"""{"id": {{{id}}}, "file_name": "{{{id}}}.jpg", "width": 10, "height": 8}""")).Append("]}");
        var dataset = MemoryDataset.Of(("a.json", text.Append(' ').ToString()));
        text.Clear();

        var (count, most) = (0, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var picture in DatasetFormats.FindReader("coco")!.ReadAsync(
                dataset, _ => null, problem => Assert.Fail(problem.Reason), TestContext.Current.CancellationToken)
            .ToBlockingEnumerable(TestContext.Current.CancellationToken))
        {
            count += picture.Masks.Count;
            if (picture.Id % 100 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(60_000, count);
        // The index has 24 bytes an annotation.
        Assert.InRange(most, 0, 8_000_000);
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneCollection;
}
