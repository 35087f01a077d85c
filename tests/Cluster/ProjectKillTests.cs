using System.Globalization;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Robot;

namespace Segmentation.Cluster.Tests;

/// <summary>Two people annotate one picture while every process around them is killed: no mask is lost.</summary>
public sealed class ProjectKillTests(ITestOutputHelper output)
{
    // SEGMENTATION_KILLS=20 kills each process twenty times.
    private static readonly int _rounds = int.Parse(
        Environment.GetEnvironmentVariable("SEGMENTATION_KILLS") ?? "2", CultureInfo.InvariantCulture);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Process_IsKilledWhileTwoRobotsAnnotate_EveryAcknowledgedOperationIsThereOnce()
    {
        await using var processes = await ProjectProcesses.StartAsync(Cancel);
        try
        {
            await processes.MoreAsync(3, Cancel);
            for (var round = 0; round < _rounds; round++)
            {
                foreach (var (name, kill) in processes.Kills)
                {
                    await kill(Cancel);
                    await processes.MoreAsync(2, Cancel);
                    output.WriteLine($"round {round + 1}: {name} was killed, and both robots went on");
                }
            }

            var journals = await processes.StopRobotsAsync(Cancel);
            var (operations, annotations) = await processes.RecordAsync(Cancel);
            Check(journals, operations, annotations);
            output.WriteLine(
                $"{operations.Count} operations on {annotations.Count} annotations; "
                    + $"{_rounds} kills each of {string.Join(", ", processes.Kills.Select(one => one.Name))}");
        }
        catch
        {
            output.WriteLine(processes.Output);
            throw;
        }
    }

    private static void Check(
        IReadOnlyList<Journal> journals, IReadOnlyList<Operation> operations, IReadOnlyList<Annotation> annotations)
    {
        // Everything that was acknowledged is there, nothing twice, and nothing that nobody sent.
        Assert.All(journals, journal => Assert.Null(journal.Unacknowledged));
        var sent = journals.SelectMany(journal => journal.Acknowledged).Select(operation => operation.Id).ToList();
        Assert.Equal(sent.Order(), operations.Select(operation => operation.Id).Order());
        Assert.Equal(
            Enumerable.Range(1, operations.Count).Select(number => (long)number),
            operations.Select(operation => operation.Sequence));

        // Every object is as its own robot left it.
        foreach (var journal in journals)
        {
            foreach (var last in journal.Acknowledged.GroupBy(one => (one.Create ?? one.Update).Id)
                .Select(one => one.Last()))
            {
                var wanted = last.Create ?? last.Update;
                var found = Assert.Single(annotations, annotation => annotation.Id == wanted.Id);
                Assert.Equal((wanted.Mask, wanted.AttributesJson), (found.Mask, found.AttributesJson));
                Assert.Equal(journal.RevisionAfter(last.Id), found.Revision);
            }
        }

        Assert.Equal(
            journals.Sum(journal => journal.Acknowledged.Count(one => one.Create is not null)), annotations.Count);
    }
}
