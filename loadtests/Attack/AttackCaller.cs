using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// Sends requests of any bytes, as no generated client would, and counts how they are answered. A status that blames
/// the server (INTERNAL, UNKNOWN), or a refusal without a reason, counts as wrong.
/// </summary>
internal sealed class AttackCaller(AttackTarget target, Answers answers, string tenant = AttackTarget.Attacker) : IDisposable
{
    /// <summary>Path of Segment over gRPC and gRPC-Web.</summary>
    public const string Segment = "/segmentation.v1.SegmentationService/Segment";

    /// <summary>Path of SegmentEverything over gRPC and gRPC-Web.</summary>
    public const string Everything = "/segmentation.v1.SegmentationService/SegmentEverything";

    private const string StatusName = "grpc-status";
    private const string DetailsName = "grpc-status-details-bin";

    private static readonly JsonParser _json = new(JsonParser.Settings.Default
        .WithIgnoreUnknownFields(true)
        .WithTypeRegistry(TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor)));

    private readonly HttpClient _http = target.Client(tenant, AttackTarget.AttackersAddress);

    /// <summary>Sends one gRPC message over HTTP/2.</summary>
    /// <returns>The status; null where none came.</returns>
    public Task<RpcStatus?> GrpcAsync(
        string path, HttpContent body, CancellationToken end, string encoding = "identity") => SendAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target.Grpc, path))
            {
                Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body,
            };
            body.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
            request.Headers.Add("grpc-encoding", encoding);
            return request;
        },
        async (response, cancellationToken) =>
        {
            await response.Content.CopyToAsync(Stream.Null, cancellationToken);
            return StatusOf(response.TrailingHeaders) ?? StatusOf(response.Headers);
        },
        end);

    /// <summary>Sends one gRPC-Web message over HTTP/1.1.</summary>
    /// <returns>The status; null where none came.</returns>
    public Task<RpcStatus?> GrpcWebAsync(string path, HttpContent body, CancellationToken end) => SendAsync(
        () =>
        {
            body.Headers.ContentType = new MediaTypeHeaderValue("application/grpc-web+proto");
            return new HttpRequestMessage(HttpMethod.Post, new Uri(target.Http, path)) { Content = body };
        },
        async (response, cancellationToken) =>
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return StatusOf(response.Headers) ?? StatusOf(Trailers(bytes)) ?? HttpStatus(response.StatusCode, bytes);
        },
        end);

    /// <summary>Sends a request over HTTP/1.1.</summary>
    /// <returns>The status, OK for any 2xx; null where none came.</returns>
    public Task<RpcStatus?> RestAsync(Func<Uri, HttpRequestMessage> request, CancellationToken end) => SendAsync(
        () => request(target.Http),
        async (response, cancellationToken) => response.IsSuccessStatusCode
            ? await DrainAsync(response, cancellationToken)
            : HttpStatus(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken)),
        end);

    public void Dispose() => _http.Dispose();

    /// <summary>A status in words: code and reason.</summary>
    public static string Words(RpcStatus status) =>
        $"{(StatusCode)status.Code} {status.GetDetail<ErrorInfo>()?.Reason}".Trim();

    /// <summary>Counts a status, and whether it must not have been given.</summary>
    public static void Count(Answers answers, RpcStatus status, long since)
    {
        var words = Words(status);
        answers.Add(words, since);
        if ((StatusCode)status.Code is StatusCode.Internal or StatusCode.Unknown
            || (status.Code != 0 && status.GetDetail<ErrorInfo>() is null))
        {
            answers.AddWrong($"Answered with {words}: {status.Message}");
        }
    }

    private static async Task<RpcStatus?> DrainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.CopyToAsync(Stream.Null, cancellationToken);
        return new RpcStatus();
    }

    private async Task<RpcStatus?> SendAsync(
        Func<HttpRequestMessage> make,
        Func<HttpResponseMessage, CancellationToken, Task<RpcStatus?>> read,
        CancellationToken end)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            using var request = make();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end);
            var status = await read(response, end);
            if (status is null)
            {
                answers.Add($"HTTP {(int)response.StatusCode} without a status", since);
                answers.AddWrong($"HTTP {(int)response.StatusCode} without a status.");
            }
            else
            {
                Count(answers, status, since);
                if (target.Identity.IsStranger && status.Code == (int)StatusCode.OK)
                {
                    answers.AddWrong("A stranger was served.");
                }
            }

            return status;
        }
        catch (Exception error) when (end.IsCancellationRequested)
        {
            answers.Add(error is OperationCanceledException ? "no answer until the end" : "cut at the end");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            answers.Add("connection ended", since);
        }

        return null;
    }

    private static RpcStatus? StatusOf(HttpHeaders headers) => StatusOf(name =>
        headers.TryGetValues(name, out var values) ? values.First() : null);

    private static RpcStatus? StatusOf(Func<string, string?> header)
    {
        if (header(DetailsName) is { } details)
        {
            var padded = details.PadRight((details.Length + 3) / 4 * 4, '=');
            return RpcStatus.Parser.ParseFrom(Convert.FromBase64String(padded));
        }

        return int.TryParse(header(StatusName), out var code)
            ? new RpcStatus { Code = code, Message = header("grpc-message") ?? "" }
            : null;
    }

    private static RpcStatus? StatusOf(Dictionary<string, string> trailers) => StatusOf(trailers.GetValueOrDefault);

    /// <summary>The frame at the end of a gRPC-Web answer: the bit 0x80, a length, and header lines.</summary>
    private static Dictionary<string, string> Trailers(byte[] body)
    {
        for (var at = 0; at + GrpcPrefix.Length <= body.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            if ((body[at] & 0x80) != 0)
            {
                return System.Text.Encoding.ASCII.GetString(body.AsSpan(at + GrpcPrefix.Length))
                    .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => line.Split(':', 2))
                    .ToDictionary(pair => pair[0], pair => pair[^1].Trim());
            }

            at += GrpcPrefix.Length + length;
        }

        return [];
    }

    /// <summary>The status that REST answers as JSON.</summary>
    private static RpcStatus HttpStatus(HttpStatusCode code, byte[] body)
    {
        try
        {
            return _json.Parse<RpcStatus>(System.Text.Encoding.UTF8.GetString(body));
        }
        catch (Exception error) when (error is InvalidJsonException or InvalidProtocolBufferException or JsonException)
        {
            return new RpcStatus
            {
                Code = (int)((int)code >= 500 ? StatusCode.Internal : StatusCode.InvalidArgument),
                Message = $"HTTP {(int)code} without a status as JSON",
            };
        }
    }
}
