using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.LabelStudio;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Tests.LabelStudio;

/// <summary>Bytes of answers are charged to the caller, who may be refused.</summary>
public sealed class LabelStudioChargeTests
{
    private const int Tasks = 1000;

    // A name that is in each task's answer, so that they are large together.
    private static readonly string _model = new('m', 5000);

    [Fact]
    public async Task Predict_ALargeAnswer_IsChargedWholeAndInFewPieces()
    {
        var meter = new Meter(long.MaxValue);

        var bytes = await PredictAsync(meter);

        Assert.True(bytes > Tasks * 5000);
        Assert.Equal(bytes, meter.Charges.Sum());
        Assert.InRange(meter.Charges.Count, 2, (int)(bytes >> 20) + 1);
    }

    /// <summary>Ends the answer, where there is no room for it, long before it is whole.</summary>
    [Fact]
    public async Task Predict_NoRoom_EndsEarly()
    {
        var meter = new Meter(2 << 20);

        await Assert.ThrowsAsync<OutOfRoomException>(() => PredictAsync(meter));

        Assert.InRange(meter.Charges.Sum(), 1 << 20, 2 << 20);
    }

    private static async Task<long> PredictAsync(Meter meter)
    {
        var options = Options.Create(new LabelStudioOptions());
        var door = new LabelStudioDoor(null!, new PredictionAnswers(null!, options), options);
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        using var body = new MemoryStream();
        context.Response.Body = body;
        var route = door.Routes.Single(route => route.Pattern == "/predict");

        var answer = await route.AnswerAsync(new DoorCall(context, meter, new Body()));
        await answer.ExecuteAsync(context);
        return body.Length;
    }

    private sealed class OutOfRoomException : Exception;

    private sealed class Body : IDoorIntake
    {
        public Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, bool isJson) => Task.FromResult<ReadOnlyMemory<byte>>(
            Encoding.UTF8.GetBytes($$"""{"tasks":[{{string.Join(',', Enumerable.Repeat("{}", Tasks))}}]}"""));
    }

    private sealed class Meter(long room) : IDoorModel
    {
        public List<long> Charges { get; } = [];

        public string Tenant => "anna";

        public int MaxImageBytes => 0;

        public Task<ListModelsResponse> ListModelsAsync(CancellationToken cancellationToken) => Task.FromResult(
            new ListModelsResponse { Models = { new Model { Id = _model, Digest = "0123456789abcdef" } } });

        public Task<Image> UploadAsync(ReadOnlyMemory<byte> file, string model, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Embedding> GetEmbeddingAsync(GetEmbeddingRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<SegmentResponse> SegmentAsync(SegmentRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<EverythingFound> EverythingAsync(
            SegmentEverythingRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void ChargeAnswer(long bytes)
        {
            if (Charges.Sum() + bytes > room)
            {
                throw new OutOfRoomException();
            }

            Charges.Add(bytes);
        }
    }
}
