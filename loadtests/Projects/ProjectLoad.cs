using System.Diagnostics;
using Grpc.Net.Client;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Projects;

/// <summary>Measures a large project as a person at the studio meets it: one request after the other.</summary>
internal sealed class ProjectLoad(StandaloneProcess server, Project project, int labels)
{
    private const double GalleryBound = 100;
    private const double SaveBound = 25;
    private const int MasksASecond = 20_000;
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    private readonly GrpcChannel _channel = server.Channel;
    private readonly SeededMasks _masks = new(seed: 11);
    private readonly Random _random = new(5);

    /// <summary>Measures everything.</summary>
    /// <param name="requests">Requests of each kind.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Measurement>> MeasureAsync(int requests, CancellationToken cancellationToken)
    {
        var pictures = new PictureService.PictureServiceClient(_channel);
        var annotations = new AnnotationService.AnnotationServiceClient(_channel);
        var first = await pictures.ListPicturesAsync(Page(), cancellationToken: cancellationToken);
        var total = (int)first.TotalSize;
        var ids = await IdsAsync(pictures, total, cancellationToken);
        return
        [
            await TimeAsync("gallery opened", requests, GalleryBound, async () => await pictures.ListPicturesAsync(
                Page(), cancellationToken: cancellationToken)),
            await TimeAsync("gallery scrolled anywhere", requests, GalleryBound, async () => await pictures
                .ListPicturesAsync(Page(skip: _random.Next(total)), cancellationToken: cancellationToken)),
            await TimeAsync("filtered page", requests, GalleryBound, async () => await pictures.ListPicturesAsync(
                Page(Filter()), cancellationToken: cancellationToken)),
            await TimeAsync("annotations of a picture", requests, null, async () => await annotations
                .ListAnnotationsAsync(
                    new() { Project = project.Id, Picture = ids[_random.Next(ids.Count)] },
                    cancellationToken: cancellationToken)),
            await TimeAsync("operation saved", requests, SaveBound, () => SaveAsync(
                annotations, ids[_random.Next(ids.Count)], cancellationToken)),
            .. await ExportAsync(cancellationToken),
        ];
    }

    private static async Task<Measurement> TimeAsync(string name, int requests, double? bound, Func<Task> request)
    {
        const int Warm = 20;
        var times = new Latencies();
        for (var i = 0; i < Warm + requests; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await request();
            if (i >= Warm)
            {
                times.Add(Stopwatch.GetElapsedTime(start));
            }
        }

        return Measurement.Of($"{name}: p95", "ms", [times.At(95)], bound);
    }

    private ListPicturesRequest Page(PictureFilter? filter = null, int skip = 0) => new()
    {
        Project = project.Id, Filter = filter, Skip = skip, PageSize = 100, Count = skip == 0,
    };

    private PictureFilter Filter()
    {
        var filter = new PictureFilter();
        switch (_random.Next(6))
        {
            case 0:
                filter.States.Add((PictureState)_random.Next(1, 6));
                break;
            case 1:
                filter.Labels.Add(1 + _random.Next(labels));
                break;
            case 2:
                filter.Labels.Add(1 + _random.Next(labels));
                filter.States.Add(PictureState.Done);
                break;
            case 3:
                filter.Name = $"photo{_random.Next(1000):d3}";
                break;
            case 4:
                filter.HasUnsatisfactory = true;
                break;
            default:
                filter.Splits.Add(Split.Validation);
                filter.Excluded = false;
                break;
        }

        return filter;
    }

    private async Task<IReadOnlyList<long>> IdsAsync(
        PictureService.PictureServiceClient pictures, int total, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            var page = await pictures.ListPicturesAsync(
                Page(skip: _random.Next(Math.Max(1, total - 100))), cancellationToken: cancellationToken);
            ids.AddRange(page.Pictures.Select(picture => picture.Id));
        }

        return ids;
    }

    private async Task SaveAsync(
        AnnotationService.AnnotationServiceClient annotations, long picture, CancellationToken cancellationToken)
    {
        var response = await annotations.ApplyOperationsAsync(
            new ApplyOperationsRequest
            {
                Project = project.Id,
                Picture = picture,
                Operations =
                {
                    new Operation
                    {
                        Id = Guid.CreateVersion7().ToString(),
                        Create = new Annotation
                        {
                            Id = Guid.CreateVersion7().ToString(),
                            Label = 1 + _random.Next(labels),
                            Mask = new RunLengthEncoding
                            {
                                Size = { SeededMasks.Height, SeededMasks.Width },
                                Counts = System.Text.Encoding.ASCII.GetString(_masks[_random.Next()].Counts),
                            },
                        },
                    },
                },
            },
            cancellationToken: cancellationToken);
        if (response.Outcomes[0].Result != OperationResult.Applied)
        {
            throw new InvalidOperationException(response.Outcomes[0].Reason);
        }
    }

    private async Task<IEnumerable<Measurement>> ExportAsync(CancellationToken cancellationToken)
    {
        var transfers = new TransferService.TransferServiceClient(_channel);
        var before = server.Memory().Now;
        var most = before;
        var start = Stopwatch.GetTimestamp();
        var transfer = await transfers.StartExportAsync(
            new() { Project = project.Id, RequestId = Guid.CreateVersion7().ToString(), Format = "coco" },
            cancellationToken: cancellationToken);
        while (transfer.State == TransferState.Running)
        {
            await Task.Delay(_look, cancellationToken);
            most = Math.Max(most, server.Memory().Now);
            transfer = await transfers.GetTransferAsync(
                new() { Project = project.Id, Transfer = transfer.Id }, cancellationToken: cancellationToken);
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (transfer.State != TransferState.Done)
        {
            throw new InvalidOperationException($"The export failed: {transfer.Reason}");
        }

        return
        [
            Measurement.Of("COCO export: masks", "masks", [transfer.AnnotationCount]),
            Measurement.Of("COCO export: rate", "masks/s", [transfer.AnnotationCount / seconds]),
            Measurement.Of(
                $"COCO export: time of {MasksASecond:n0} masks",
                "s",
                [seconds * MasksASecond / transfer.AnnotationCount],
                bound: 1),
            Measurement.Of("COCO export: memory beyond that before", "MB", [(most - before) / 1e6]),
            Measurement.Of("COCO export: size", "MB", [transfer.SizeBytes / 1e6]),
        ];
    }
}
