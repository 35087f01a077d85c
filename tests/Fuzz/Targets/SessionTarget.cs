using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Gateway;
using Segmentation.Fuzz.Seeds;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Messages of a live session, each behind its length: everything is answered once, and nothing is a fault of the
/// server.
/// </summary>
internal sealed class SessionTarget : IFuzzTarget
{
    private const int MostMessages = 64;

    private const string Method = "/segmentation.v1.SegmentationService/SegmentStream";

    private readonly GatewayServer _server = new();

    public int MaxLength => 4096;

    public IReadOnlyList<byte[]> Words => [.. Sessions().Select(Messages.Delimited)];

    public IEnumerable<byte[]> Seeds =>
    [
        .. Enumerable.Range(1, 6).Select(length => Script(Sessions().Take(length * 2))),
        Script([Open(StreamMode.Latest), .. Enumerable.Range(1, 12).Select(sequence => Click(sequence, sequence % 3 == 0))]),
        Script([Open(StreamMode.All), .. Enumerable.Range(1, 12).Select(sequence => Click(sequence, refine: true))]),
    ];

    public long AllocationLimit(int length) => (8L * 1024 * 1024) + (4000L * length);

    public void Dispose() => _server.Dispose();

    public void Run(byte[] input)
    {
        var messages = Parse(input);
        var script = new SessionScript(messages, InputBytes.RandomOf(input));
        var context = new DefaultHttpContext { RequestServices = _server.Services, Connection = { Id = "fuzz" } };
        context.Features.Set(Callers.Of(Tenant.Default));
        SingleThread.Run(() => _server.Services.GetRequiredService<SegmentationEndpoint>()
            .SegmentStream(script, script, new RestCallContext(context, Method)));
        _server.Forget();
        CheckAnswers(messages, script.Answers);
    }

    private static List<SegmentStreamRequest> Parse(byte[] input)
    {
        var messages = new List<SegmentStreamRequest>();
        var reader = new CodedInputStream(input);
        try
        {
            while (!reader.IsAtEnd && messages.Count < MostMessages)
            {
                var bytes = reader.ReadBytes();
                if (WireScanner.Scan(new(bytes.Memory), SegmentStreamRequest.Descriptor) is null)
                {
                    messages.Add(SegmentStreamRequest.Parser.ParseFrom(bytes));
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // What came before is a session.
        }

        return messages;
    }

    private static void CheckAnswers(List<SegmentStreamRequest> messages, List<SegmentStreamResponse> answers)
    {
        var sent = messages.Select(message => message.Prompt?.Sequence ?? 0)
            .Where((_, index) => messages[index].Reset is null);
        var answered = answers.SelectMany(answer => answer.ResponseCase switch
        {
            SegmentStreamResponse.ResponseOneofCase.Answer => answer.Answer.Superseded.Append(answer.Answer.Sequence),
            SegmentStreamResponse.ResponseOneofCase.Error => answer.Error.Superseded.Append(answer.Error.Sequence),
            _ => [0L],
        });
        Require.That(sent.Order().SequenceEqual(answered.Order()), () => string.Join('\n', answers));
        foreach (var error in answers.Where(answer => answer.Error is not null))
        {
            StatusRules.Check(error.Error.Status);
        }
    }

    private static IEnumerable<SegmentStreamRequest> Sessions() =>
    [
        Open(StreamMode.Latest), Click(1), Click(2, refine: true), Open(StreamMode.All), Click(3),
        new SegmentStreamRequest { Reset = new ResetSession() }, Click(4, refine: true), .. Messages.All.OfType<SegmentStreamRequest>(),
    ];

    private static byte[] Script(IEnumerable<SegmentStreamRequest> messages) => [.. messages.SelectMany(Messages.Delimited)];

    private static SegmentStreamRequest Open(StreamMode mode) =>
        new() { Open = new OpenImage { ImageData = ByteString.CopyFrom(1, 2, 3), Mode = mode } };

    private static SegmentStreamRequest Click(long sequence, bool refine = false) => new()
    {
        Prompt = new StreamPrompt
        {
            Sequence = sequence, Refine = refine, Prompt = new Prompt { Points = { new Point { X = sequence, Y = 1 } } },
        },
    };
}
