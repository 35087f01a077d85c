using Google.Rpc;
using Grpc.Core;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Pictures.Listing;

public sealed class ListPicturesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task ListPictures_EveryOrder_PagesGiveEachPictureOnce(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var ids = await project.SeedAsync(53, (row, number) =>
        {
            row.Name = $"{(char)('a' + (number * 7 % 26))}{number}";
            row.MeanPredictedIou = number % 5 / 10f;
            row.Agreement = number % 3 / 3f;
            row.UnsatisfactoryCount = number % 4;
            row.UpdateTime = DateTimeOffset.UnixEpoch.AddSeconds(number % 11);
        });
        var orders = new Dictionary<string, Func<Picture, IComparable>>
        {
            [""] = picture => picture.Id,
            ["id desc"] = picture => -picture.Id,
            ["update_time desc"] = picture => -picture.UpdateTime.Seconds,
            ["mean_predicted_iou"] = picture => picture.MeanPredictedIou,
            ["agreement"] = picture => picture.Agreement,
            ["unsatisfactory_count desc"] = picture => -picture.UnsatisfactoryCount,
        };

        foreach (var (order, key) in orders)
        {
            var pictures = await AllAsync(project, new ListPicturesRequest { OrderBy = order, PageSize = 10 });
            Assert.Equal(ids, pictures.Select(picture => picture.Id).Order());
            Assert.Equal(pictures.Select(key).Order(), pictures.Select(key));
        }

        // Databases compare letters by their own rules: each picture once is what matters.
        var names = await AllAsync(project, new ListPicturesRequest { OrderBy = "name", PageSize = 10 });
        Assert.Equal(ids, names.Select(picture => picture.Id).Order());
        Assert.Equal('a', names[0].Name[0]);
    }

    [Theory, OnBothDatabases]
    public async Task ListPictures_EachFilter_LeavesItsPictures(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var ids = await project.SeedAsync(12, (row, number) =>
        {
            row.State = number <= 3 ? PictureState.Done : PictureState.New;
            row.Split = number == 4 ? Split.Test : Split.Train;
            row.Name = number == 5 ? "Trip/100%_A.png" : row.Name;
            row.ExcludedReason = number == 6 ? "blurred" : "";
            row.ProposalCount = number == 7 ? 2 : 0;
            row.UnsatisfactoryCount = number == 8 ? 1 : 0;
            row.OpenIssueCount = number == 9 ? 1 : 0;
            row.AnnotationCount = number == 10 ? 1 : 0;
            row.AttributesJson = number == 11 ? """{"depth":1.5,"place":"lab ä","wet":true}""" : "";
            row.DeleteTime = number == 12 ? DateTimeOffset.UnixEpoch : null;
        });
        await using (var db = project.Open())
        {
            db.PictureLabels.Add(new PictureLabelRow { ProjectId = project.Id, LabelId = 1, PictureId = ids[0], Count = 1 });
            db.PictureLabels.Add(new PictureLabelRow { ProjectId = project.Id, LabelId = 1, PictureId = ids[1], Count = 0 });
            db.PictureLabels.Add(new PictureLabelRow { ProjectId = project.Id, LabelId = 2, PictureId = ids[2], Count = 4 });
            db.JobPictures.Add(new JobPictureRow { JobId = 5, PictureId = ids[3], Subject = "" });
            await db.SaveChangesAsync(Token);
        }

        var expected = new (PictureFilter Filter, int[] Numbers)[]
        {
            (new PictureFilter { States = { PictureState.Done } }, [1, 2, 3]),
            (new PictureFilter { Splits = { Split.Test, Split.Validation } }, [4]),
            (new PictureFilter { Labels = { 1 } }, [1]),
            (new PictureFilter { Labels = { 1, 2 } }, [1, 3]),
            (new PictureFilter { Name = "tRIP/100%_a" }, [5]),
            (new PictureFilter { Name = "%" }, [5]),
            (new PictureFilter { Excluded = true }, [6]),
            (new PictureFilter { HasProposals = true }, [7]),
            (new PictureFilter { HasUnsatisfactory = true }, [8]),
            (new PictureFilter { HasIssues = true }, [9]),
            (new PictureFilter { HasAnnotations = true }, [10]),
            (new PictureFilter { Attribute = "depth=1.5" }, [11]),
            (new PictureFilter { Attribute = "wet=true" }, [11]),
            (new PictureFilter { Attribute = "wet=1" }, []),
            (new PictureFilter { Job = 5 }, [4]),
            (new PictureFilter { Excluded = false, States = { PictureState.Done } }, [1, 2, 3]),
            (new PictureFilter
            {
                Excluded = false, HasProposals = false, HasUnsatisfactory = false, HasIssues = false, HasAnnotations = false,
            }, [1, 2, 3, 4, 5, 11]),
        };

        foreach (var (filter, numbers) in expected)
        {
            var answer = await project.As("vera").ListPicturesAsync(
                new ListPicturesRequest { Project = project.Name, Filter = filter, Count = true }, cancellationToken: Token);
            Assert.Equal(numbers.Select(number => ids[number - 1]), answer.Pictures.Select(picture => picture.Id));
            Assert.Equal(numbers.Length, answer.TotalSize);
        }
    }

    [Theory, OnBothDatabases]
    public async Task ListPictures_AttributeOfAnAddedPicture_IsFound(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var picture = await project.AddAsync("a.png", TestImages.File(), metadata => metadata.Attributes =
            Google.Protobuf.WellKnownTypes.Struct.Parser.ParseJson("""{"place": "Zürich \"1\"", "a.b": 3}"""));

        foreach (var attribute in new[] { "place=Zürich \"1\"", "a.b=3" })
        {
            var answer = await project.Anna.ListPicturesAsync(
                new ListPicturesRequest { Project = project.Name, Filter = new PictureFilter { Attribute = attribute } },
                cancellationToken: Token);
            Assert.Equal(picture.Id, Assert.Single(answer.Pictures).Id);
        }
    }

    [Fact]
    public async Task ListPictures_Skip_JumpsOverPictures()
    {
        await using var project = await PictureProject.CreateAsync();
        var ids = await project.SeedAsync(30);

        var answer = await project.Anna.ListPicturesAsync(
            new ListPicturesRequest { Project = project.Name, PageSize = 5, Skip = 20 }, cancellationToken: Token);

        Assert.Equal(ids[20..25], answer.Pictures.Select(picture => picture.Id));
        Assert.NotEmpty(answer.NextPageToken);
    }

    [Fact]
    public async Task ListPictures_TokenOfAnotherQueryOrForged_IsRefused()
    {
        await using var project = await PictureProject.CreateAsync();
        await project.SeedAsync(5);
        var page = await project.Anna.ListPicturesAsync(
            new ListPicturesRequest { Project = project.Name, PageSize = 2 }, cancellationToken: Token);

        foreach (var request in new[]
        {
            new ListPicturesRequest { PageToken = page.NextPageToken, OrderBy = "name" },
            new ListPicturesRequest { PageToken = page.NextPageToken, Filter = new PictureFilter { Name = "1" } },
            new ListPicturesRequest { PageToken = "!!" },
            new ListPicturesRequest { PageToken = "AAAA" },
            new ListPicturesRequest { OrderBy = "size" },
            new ListPicturesRequest { PageSize = -1 },
            new ListPicturesRequest { Skip = -1 },
            new ListPicturesRequest { Filter = new PictureFilter { Attribute = "place" } },
        })
        {
            request.Project = project.Name;
            var refused = await Assert.ThrowsAsync<RpcException>(
                async () => await project.Anna.ListPicturesAsync(request, cancellationToken: Token));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
            Assert.Single(refused.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations);
        }
    }

    [Fact]
    public async Task ListPictures_LeasedPicture_ShowsTheLease()
    {
        await using var project = await PictureProject.CreateAsync();
        var ids = await project.SeedAsync(2);
        var lease = await project.Anna.LeasePictureAsync(
            new LeasePictureRequest { Project = project.Name, Picture = ids[1], Holder = Guid.NewGuid().ToString() },
            cancellationToken: Token);

        var answer = await project.As("vera").ListPicturesAsync(
            new ListPicturesRequest { Project = project.Name }, cancellationToken: Token);
        var one = await project.As("vera").GetPictureAsync(
            new GetPictureRequest { Project = project.Name, Picture = ids[1] }, cancellationToken: Token);

        Assert.Null(answer.Pictures[0].Lease);
        Assert.Equal(("anna", lease.Holder), (answer.Pictures[1].Lease.Subject, one.Lease.Holder));
    }

    private static async Task<List<Picture>> AllAsync(PictureProject project, ListPicturesRequest request)
    {
        var all = new List<Picture>();
        request.Project = project.Name;
        do
        {
            var page = await project.Anna.ListPicturesAsync(request, cancellationToken: Token);
            all.AddRange(page.Pictures);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }
}
