using Grpc.Core;
using Segmentation.Client.Projects;
using Segmentation.Masks;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Robot;

/// <summary>
/// Draws objects of its own on a picture, and changes them: every third operation creates one, the others change one of
/// those that it made. Every mask is another, so that whose mask is on the server can be told.
/// </summary>
public sealed class Annotator(ProjectsClient client, string project, long picture, Journal journal)
{
    /// <summary>Width and height of the picture.</summary>
    public const int Size = 64;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);
    private readonly Random _random = new();

    /// <summary>Works until it is told to stop, and until everything is acknowledged then.</summary>
    public async Task RunAsync(Func<bool> isOver)
    {
        while (!isOver() || journal.Unacknowledged is not null)
        {
            var operation = journal.Unacknowledged ?? Next();
            await SendAsync(operation);
        }
    }

    private Operation Next()
    {
        var id = Guid.CreateVersion7().ToString();
        var made = journal.Operations.Where(one => one.Create is not null).ToList();
        Operation operation;
        if (journal.Operations.Count % 3 == 0)
        {
            operation = new Operation { Id = id, Create = Drawn(Guid.CreateVersion7().ToString(), id) };
        }
        else
        {
            var annotation = made[_random.Next(made.Count)].Create.Id;
            var last = journal.Operations.Last(one => (one.Create ?? one.Update).Id == annotation);
            operation = new Operation
            {
                Id = id, BaseRevision = journal.RevisionAfter(last.Id), Update = Drawn(annotation, id),
            };
        }

        journal.Add(operation);
        return operation;
    }

    private async Task SendAsync(Operation operation)
    {
        try
        {
            var response = await client.Annotations.ApplyAsync(project, picture, [operation]);
            var outcome = response.Outcomes[0];
            if (outcome.Result != OperationResult.Applied)
            {
                throw new InvalidOperationException($"{operation.Id} was not applied: {outcome}");
            }

            journal.Acknowledge(operation, outcome.Current.Revision);
        }
        catch (RpcException lost) when (lost.StatusCode is StatusCode.Unavailable or StatusCode.Internal
            or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted)
        {
            // Written down, and sent again with the same id.
            await Task.Delay(_pause);
        }
    }

    private Annotation Drawn(string id, string operation)
    {
        var pixels = new byte[Size * Size];
        _random.NextBytes(pixels.AsSpan(0, Size));
        for (var i = 0; i < Size; i++)
        {
            pixels[i] &= 1;
        }

        pixels[0] = 1;
        return new Annotation
        {
            Id = id,
            Mask = new RunLengthEncoding
            {
                Size = { Size, Size }, Counts = RunLengths.FromBytes(Size, Size, pixels).ToCocoString(),
            },
            AttributesJson = $$"""{"operation":"{{operation}}"}""",
        };
    }
}
